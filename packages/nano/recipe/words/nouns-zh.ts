// Chinese nouns by category, describing words with their opposites, verbs.

const split = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Things by what they are. */
export const categories: Readonly<Record<string, readonly string[]>> = {
  动物: split(
    '小猫 小狗 马 奶牛 绵羊 山羊 猪 兔子 狐狸 狼 熊 狮子 老虎 老鼠 鸭子 鹅 猫头鹰 老鹰 青蛙 蛇 骆驼 鹿 猴子 水獭 刺猬 松鼠 天鹅 鹦鹉 乌龟 大象',
  ),
  水果: split('苹果 梨 李子 樱桃 桃子 柠檬 橙子 香蕉 葡萄 西瓜 芒果 杏子 草莓 蓝莓 菠萝 椰子 木瓜 荔枝 石榴 柚子'),
  蔬菜: split(
    '胡萝卜 土豆 洋葱 番茄 白菜 菠菜 豌豆 大蒜 南瓜 芹菜 黄瓜 生菜 西兰花 茄子 冬瓜 莲藕 韭菜 青椒 豆角 竹笋',
  ),
  工具: split(
    '锤子 锯子 电钻 扳手 钳子 螺丝刀 铲子 耙子 斧头 梯子 凿子 锉刀 夹子 刷子 撬棍 卷尺 刨子 镊子 剪刀 水平仪',
  ),
  衣服: split('衬衫 大衣 帽子 围巾 手套 袜子 皮鞋 靴子 裙子 外套 毛衣 腰带 背心 裤子 凉鞋 领带 围裙 睡衣 雨衣 旗袍'),
  家具: split('桌子 椅子 沙发 床 书桌 书架 衣柜 长凳 凳子 橱柜 躺椅 茶几 摇篮 鞋柜 床头柜 屏风 梳妆台 吊床 餐桌 酒柜'),
  交通工具: split(
    '汽车 公交车 火车 电车 自行车 卡车 面包车 轮船 小船 飞机 直升机 滑板车 出租车 渡轮 拖拉机 摩托车 马车 雪橇 地铁 热气球',
  ),
  乐器: split(
    '钢琴 小提琴 笛子 吉他 鼓 小号 竖琴 大提琴 单簧管 风琴 二胡 古筝 琵琶 唢呐 手风琴 口琴 萨克斯 扬琴 长笛 葫芦丝',
  ),
  饮料: split(
    '白水 牛奶 绿茶 咖啡 果汁 啤酒 红酒 可可 柠檬水 汽水 豆浆 酸奶 奶茶 米酒 椰汁 花茶 香槟 豆奶 酸梅汤 矿泉水',
  ),
  运动: split(
    '足球 网球 曲棍球 划船 拳击 击剑 高尔夫 柔道 橄榄球 滑雪 游泳 骑车 象棋 太极 射箭 羽毛球 排球 攀岩 乒乓球 跳高',
  ),
  厨具: split(
    '水壶 平底锅 汤锅 勺子 叉子 菜刀 盘子 杯子 饭碗 玻璃杯 烤箱 擦子 打蛋器 漏勺 筛子 托盘 砧板 蒸笼 搅拌机 筷子',
  ),
  职业: split(
    '教师 护士 面包师 农民 飞行员 律师 医生 司机 厨师 裁缝 水管工 画家 歌手 作家 法官 木匠 工程师 图书管理员 园丁 牙医 屠夫 化学家 服务员 水手 矿工 花匠 珠宝商 理发师 翻译 建筑师',
  ),
  电器: split(
    '手机 电脑 相机 打印机 收音机 电视机 音箱 耳机 键盘 显示器 充电器 平板 路由器 扫描仪 投影仪 麦克风 电池 游戏机 手表 台灯',
  ),
};

export const jobs = categories.职业!;
export const colours = split('红色 蓝色 绿色 黄色 黑色 白色 棕色 灰色 粉色 紫色 银色 金色 橙色 米色 青色 深红色');
export const materials = split('木制 钢制 玻璃 皮革 棉布 塑料 纸质 铜制 石头 陶瓷 丝绸 羊毛 橡胶 竹制 大理石 天鹅绒');
export const hobbies = split(
  '画画 钓鱼 跳舞 读书 做饭 种花 唱歌 爬山 缝纫 摄影 做陶艺 变魔术 织毛衣 看星星 冲浪 雕刻 观鸟 滑冰 写字 下棋',
);
export const dishes = split(
  '面条 饺子 包子 米饭 火锅 炒饭 馒头 粽子 汤圆 春卷 烤鸭 豆腐 红烧肉 凉皮 馄饨 煎饼 粥 炸酱面 小笼包 酸辣汤',
);
export const languages = split(
  '英语 法语 德语 西班牙语 意大利语 俄语 阿拉伯语 汉语 日语 韩语 荷兰语 希腊语 波兰语 土耳其语 印地语 瑞典语',
);
export const weekdays = split('星期一 星期二 星期三 星期四 星期五 星期六 星期日');

/** Describing words and their opposites. */
export const opposites: readonly (readonly [string, string])[] = split(
  '大/小 热/冷 快/慢 高/低 长/短 旧/新 富/穷 强/弱 硬/软 满/空 开/关 早/晚 亮/暗 干净/肮脏 干/湿 吵闹/安静 高兴/难过 便宜/昂贵 近/远 深/浅 宽/窄 厚/薄 锋利/迟钝 轻/重 容易/困难 勇敢/胆小 礼貌/粗鲁 安全/危险 真/假 年轻/年老 光滑/粗糙 甜/苦 简单/复杂 新鲜/陈旧 紧/松 善良/残忍 忙碌/清闲 骄傲/谦虚 平静/紧张 聪明/愚笨',
).map(pair => pair.split('/') as [string, string]);

/** Verbs. */
export const verbs = split(
  '打开 关上 清洗 粉刷 修理 搬走 买下 卖掉 找到 弄丢 带来 拿走 寄出 做好 打破 洗净 移动 建造 画好 藏起 保管 订购 举起 检查 打包 退回 看着 使用 选择 送出 握住 推开 拉开 盖住 摸到 偷走 扔掉 接住 放下 擦亮',
);

/** Things that can be bought, carried and broken. */
export const goods = ['工具', '衣服', '家具', '乐器', '厨具', '电器'].flatMap(name => categories[name]!);
export const allThings = Object.values(categories).flat();
