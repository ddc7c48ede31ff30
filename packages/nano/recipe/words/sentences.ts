// Sentences of everyday language: where words stand that carry no fact. `{n}` is a person, `{g}` a thing, `{p}` a town.

const sentences = {
  en: `
These letters were found between two old books. | All of us would rather go by rail than by road. | Nothing is better than a good friend. | {n} talks to customers every day. |
They built the house around a tree. | The way to {p} is longer than I thought. | Each of the keys belongs to another door. | When the sun shines, everybody is outside. |
{n} was silent because the child was asleep. | The following pages are different from the first. | Put the rest of the bread on the table. | {n} finds no reason, we only find excuses. |
The doors open early and the shop sells tickets. | Free tickets are for children. | Now and then {n} looks at the sky. | The passage is short and easy to read. | Options are few, so decide soon. |
Calculate twice and pay once. | The end of the street is behind the church. | {n} gave many thanks and left. | This object is not from here. | With some help everything gets easier. |
{n} spent the weekends by the sea. | A well is deep, and the water tastes good. | Those who live in {p} are fond of music. | Arrange the chairs round the table. | {n} earns enough to keep a garden. |
Nobody stands still for long. | What a difference a day makes! | That part was just a small line on a map. | Rewrite the last sentence, please. | The smallest box holds a ring. | Let me see that again. |
The word means the contrary of what {n} said. | {n} keeps the receipt in a drawer. | By chance they were chosen first. | Something warm for dinner would be fine. | I am sure that it is too late. |
The scales show two kilos. | Source and target must not be the same. | {n} originally wanted to be a dancer. | Childhood is a country of its own. | The entries are listed from top to bottom. |
Quotation marks stand before and after a speech. | State your name and your reason. | The firm hosts guests from abroad. | Active people sleep well. | Every hour one train leaves. | Ask {n} how far it is. |
The track goes over the hill. | Dial the number and wait. | Whose turn is it? Mine, of course. | {n} changed sides in the middle of the game. | Listen to the bell. | No one needs more than this. | Drop the bag and run. |
The biggest and the highest tower is in {p}. | It was promised and it was accepted. | The package weighs less than a feather. | Never say never. | Show some mercy. | Tell everyone from me. | Mention it only once. |
Our guarantee: repaired at once or replaced. | Without a plan nothing ends well. | Of all gifts this is the nicest. | Pick up the pieces. | A terrible storm came down from the mountains. | {n} could hardly believe it. |
Which would you like, this or that? | Dear {n}, I hope you are well. | See you soon! | Should we hold the line? | Stop talking and hold my hand. | Currency of another country is kept in the safe. | One sentence is enough. |
Every group needs somebody who decides. | How fast time goes! | He said yes, she said no. | His brother and her sister are twins. | It is theirs and not ours. | I was there before you. | You were right after all. | Could it be true?`,
  zh: `
每一个人都将走自己的路。 | 如果有空，就随便坐坐吧。 | 因为下雨，大家都在屋内。 | 让我看看你写的文章。 | 这个决定与天气无关。 | 童年的度过靠的是朋友。 | 他的声音很响，我也听见了。 | 才过了一会儿，天就亮了。 |
免费的东西往往最贵。 | 领到工资以后再说。 | 按顺序排好队，从头到尾。 | 他对雕刻很着迷，也爱爬山。 | 你感觉怎么样？病好了吗？ | 比起昨天，今天暖和多了。 | 结果还没有出来。 | 请把盖子盖上。 |
亲爱的朋友，见信如面。 | 事情糟透了，可是他不承认。 | 这里含有两种材料。 | 月末要交水费。 | 这属于另一个案子。 | 他靠在墙上睡着了。 | 装箱以后就不能打开。 | 用功的学生都进步了。 |
接下来的话更重要。 | 其中一半是新的。 | 将来的事谁也说不准。 | 随着音乐，他们跳起舞来。 | 资料都在桌子上。 | 除了他，没有别人。 | 虽然很远，但是值得去。 | 只要努力，总会成功。 |
请从左往右读。 | 前面有一座桥，后面是山。 | 他一边走，一边唱歌。 | 我们已经准备好了。 | 能不能帮我一个忙？ | 那是很久以前的事。 | 她把门轻轻关上。 | 为什么不早点告诉我？ |
{n}说他明天会来。 | {p}离这里不算远。 | 谁把{g}放在这里？ | 应该先问问{n}的意见。 | 除夕那天全家都回到{p}。 | 这条路通往{p}。 | {n}让大家安静下来。 | 与其等待，不如现在就做。 |
意思相反的词叫反义词。 | 说话要算数。 | 数字写在纸上。 | 每张票都有号码。 | 足足等了一个小时。 | 这些话都是真的。 | 请记下这个号码。 | 他的老家在南方。 | 正式的衣服放在柜子里。 | 你觉得哪个更好？ |
所有的窗户都开着。 | 他们互相看了一眼。 | 生活在别处。 | 照顾老人是好事。 | 如今什么都变了。 | 地上都是树叶。 | 经过这件事，他懂了很多。 | 一起去吧，别怕。 | 也许他忘记了。 | 突然响起了敲门声。`,
} as const;

const cut = (text: string): string[] => text.split('|').map(one => one.trim());

/** The sentences as a list. */
export const everyday = { en: cut(sentences.en), zh: cut(sentences.zh) } as const;
