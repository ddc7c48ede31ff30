// Tokens of nano's vocabulary that are words in no text of training, or hardly ever, and come up in new words.

/** They are put together to words that mean nothing, so that each is met. */
export const pieces: readonly string[] = `
Ad Ada Adam Alan Alice Amy Anna Anton Asha Astr Back Backwards Bella Best Boris Bro Cancel Cara Carm Carmen Chin Cho Classify Com
Compute Con Cop Copy Dan Daniel Daria De Each Ed Edith Ell Ella Elsa Emma Eva Ex Fe Fi Fiona Fir Fl Foods Fr Frank French Friday Ger Gl
Goodbye Greta Gust Han Harold Haz Hector Heidi Hind Hindi Hugo Ir Iris Irma Ivan Jan Jana Jap Jason Jasper Jen Jenny Jo Joan Joseph Ju
Julia Jun Kar Kurt Last Laura Lena Leo Li Liam Lis Lisa Log Lotte Lou Lower Lucas Mabel Marco Mart Marta Martin Mary Mil Miles Mira Mon
Monday Nad Ne Nina Noah Norman ON Ol Op Opposite Opt Otto Owen Past Pet Pick Play Pol Polish Polite Quote Rachel Ralph Repeat Replace
Reply Return Ro Rub Ruben Rus SON Sam Sara Sat Saturday Se Searches Sentence Show Sort Stella Str Sunday Sundays Sus Take Tho Thursday
Tilda Tobias Today Transl Tuesday Upper Ursula Ver Vera Wand Wanda Wednesday Wendy Whe Willa Work Worst Xavier Yusuf Zara achel acks
adder ade adle ads agne agus aick aid aim aind aint aip airt ais aix aker alian alphabet alphabetical alway always amb anese anges ank
another ansl ant app apple apricot ardale arg argate arge arger ark arp arr ary ase asp asparagus assage assify atch ates ather ating
ato ats aul aula aura availab ave avel aven avi avid avier aving az backwards badminton ball balloon bamb bar bask bean beer beet
beetroot bel ber bias big billing blem blueberry board bor bour bowling boxing brar brings broth bruary bu bur but bye cab cabb cabbage
capital capitals carpenter carrot case cast cate cel celery cell cellation cember cer ceram cess champ champagne chen cher cherry chery
ches chess chis cid cider cing clar cli climbing cling coco cocoa coconut coffee com compl conc conut cooks cord cordial cordion cot
country coup cour covered covers craz crazy ctober ctor curry cuse cy dan dancing dec deep del deli designed dif differ dig dis draw
drea duck duct dumplings each ear earches early earns ears eas eats eb edia ednesday edric edro eg eight eld elds ele elec elen ella
ello elma els employ ena ench ency endar endy engineer enough enry entence enton enty eptember ere erg ese esign espresso essage ettle
eturn evin ew ext fact far farm fast faul fav fect feeds fir first flo florist follows football fore form fox fr fri friend fro frog
fter full gar garden garlic ger gine gineer gl gling gnes golf gory gou goulash grap grape greater greet grew gu guar gust gy happ
happened happens hard heads hear hed hedge hel helicopter hibit hibition hiking hob hock hockey hor hotography howder hund hundred hur
ial ian ib ical ich iches icle icopter ics icycle iday ides idi ief iel ieve ife ify ige igh igned ilip ility ille illing ilver imal ime
imm imon imson ina ined inet inform inic ink inn instr int inv invites io iola iona ipi irty ise ishing isk istics ita ital itar itect
ites its itt ity itz iz joined joys juggling juice kar karate kefir ken ki kilos king kit kiwi lan langu lara large larger largest las
lash late law lawyer learning lease lect leek leep lemon les letters lia lias librar librarian light lik lime lin line llow loc love mal
mand mando mango mar mark mb mbing mel ment mer mic mil milk minton minus mir mis mma mock mon monit mu ned neg negat nergy nes nesday
ngl nglish night nip nis noodles ns ny obo oc occup odd offee ofia often og ointment ola olden olf olin omelet omelette omy onas once
oney only oo oodles oods ook opin opposite opter ora orange orders ore orean org organis oris orist ork orn orning orpe orst oseph ote
otels oth othing otor otors otte ough ought oum ountr ountry ourite ourt oust outh ower ox paella paint painter painting panc panish
pany pap papay par paragus pars parsnip pas past pasta pe pea peach peat penter perfect perfectly ph phab phabet pian pic pil pine piz
pk plan plast plier ploy plum plus pol polit polite politel politely por porridge ports posit posite potato pper pra pre prefer prefers
prepar prepared pres present press presso pril prin prof profess proje pum pumpk punch pur pute quant quo quot quotes rab rabic rad
radish ran rasp reached reads reas reason rec recipi ref reimbur rel relocation reme rep reser ric ricot road roft ron ronomy root rop
rophone ros rot rowbar rub rug run sa safe sail sailing sal salad sand satis satisfi sax saxop scar sco scoot scooter scre sement semin
senten sentence sentences settle settled shel sher sherry sian signed sil sing ski skiing sm small smo smoot smoothi sn sof sole sons
sor sorry soup span speaking spin spinach squir squirrel stat staur staurant stem sther sti stin stination stival sula sus sw swe swer
swimm sword ta tact tail tailor targ tax taxi teac teaches tele tember tennis tense ters test thank then thplace ti tick tig tin tired
toast tograp tograph tography tom tomato tong top tract trade trained trans transl tri tronics trouser trow trum tto tub tuce tur turned
turnip turns turquo tw two uary ub ucas uce uct uction ucumber udge udio udith ue ues uesday uest uestion uf ugo ugust uit ukule ula ull
umber ument uments umplings unch union uno urday urf urfing urg urk urn urnit urniture uros urr urrency urs ursday urse urt ush usic
usto ustomer usuf utation utch ute uth utr utral val vation veh vember vert ves vet vi vice ving vio vis vol volley volleyball waff wag
waiter war wardro wards ware warrant wdriver wed wedd wedish weig welcome weller were wiches wine wing withdraw without wooll wr writes
ycle yer yester yesterday ystem`
  .trim()
  .split(/\s+/);
