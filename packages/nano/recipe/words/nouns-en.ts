// English nouns by category, describing words with their opposites, verbs with their past.

const split = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Things by what they are. */
export const categories: Readonly<Record<string, readonly string[]>> = {
  animal: split(
    'cat dog horse cow sheep goat pig rabbit fox wolf bear lion tiger mouse duck goose owl eagle frog snake camel deer monkey otter badger hedgehog squirrel swan parrot turtle',
  ),
  fruit: split(
    'apple pear plum cherry peach lemon orange banana grape melon fig mango apricot kiwi lime raspberry blueberry pineapple coconut papaya',
  ),
  vegetable: split(
    'carrot potato onion tomato cabbage spinach pea bean leek garlic pumpkin radish celery cucumber lettuce broccoli beetroot turnip parsnip asparagus',
  ),
  tool: split(
    'hammer saw drill wrench pliers screwdriver shovel rake axe ladder chisel file clamp trowel spanner crowbar plane vise mallet brush',
  ),
  clothing: split(
    'shirt coat hat scarf glove sock shoe boot dress skirt jacket sweater belt cap vest trousers blouse sandal tie apron',
  ),
  furniture: split(
    'table chair sofa bed desk shelf wardrobe bench stool cupboard dresser armchair bookcase cradle cabinet couch footstool hammock nightstand sideboard',
  ),
  vehicle: split(
    'car bus train tram bicycle truck van ship boat plane helicopter scooter taxi ferry tractor motorbike wagon sled canoe balloon',
  ),
  instrument: split(
    'piano violin flute guitar drum trumpet harp cello clarinet organ banjo oboe tuba accordion trombone saxophone lute mandolin recorder ukulele',
  ),
  drink: split(
    'water milk tea coffee juice beer wine cocoa lemonade cider soda broth smoothie punch mead espresso cordial kefir champagne sherry',
  ),
  sport: split(
    'football tennis hockey rowing boxing fencing golf judo rugby skiing swimming cycling chess karate archery badminton volleyball climbing sailing bowling',
  ),
  kitchenware: split(
    'kettle pan pot spoon fork knife plate cup bowl glass jug toaster oven grater whisk ladle sieve tray mug blender',
  ),
  profession: split(
    'teacher nurse baker farmer pilot lawyer doctor driver cook tailor plumber painter singer writer judge carpenter engineer librarian gardener dentist butcher chemist waiter sailor miner florist jeweller barber translator architect',
  ),
  electronics: split(
    'phone laptop camera printer radio television speaker headset keyboard monitor charger tablet router scanner projector microphone battery console watch lamp',
  ),
};

export const jobs = categories.profession!;
export const colours = split(
  'red blue green yellow black white brown grey pink purple silver golden violet beige turquoise crimson',
);
export const materials = split(
  'wooden steel glass leather cotton plastic paper copper stone ceramic silk woollen rubber bamboo marble velvet',
);
export const hobbies = split(
  'painting fishing dancing reading cooking gardening singing hiking sewing photography pottery juggling knitting astronomy surfing carving birdwatching skating drawing weaving',
);
export const dishes = split(
  'soup pizza pasta curry salad pancakes dumplings noodles stew risotto sandwiches omelette lasagne porridge tacos sushi goulash paella waffles chowder',
);
export const languages = split(
  'English French German Spanish Italian Russian Arabic Chinese Japanese Korean Dutch Greek Polish Turkish Hindi Swedish',
);
export const months = split('January February March April May June July August September October November December');
export const weekdays = split('Monday Tuesday Wednesday Thursday Friday Saturday Sunday');

/** Describing words and their opposites. */
export const opposites: readonly (readonly [string, string])[] = split(
  'big/small hot/cold fast/slow high/low long/short old/new rich/poor strong/weak hard/soft full/empty open/closed early/late light/dark clean/dirty dry/wet loud/quiet happy/sad cheap/expensive near/far deep/shallow wide/narrow thick/thin sharp/blunt heavy/light easy/difficult brave/cowardly polite/rude safe/dangerous true/false young/aged smooth/rough sweet/bitter simple/complex fresh/stale tight/loose kind/cruel busy/idle proud/humble calm/nervous clever/stupid',
).map(pair => pair.split('/') as [string, string]);

/** Verbs: as they are, with -s, past, with -ing. */
export const verbs: readonly (readonly [string, string, string, string])[] = split(
  'open/opens/opened/opening close/closes/closed/closing clean/cleans/cleaned/cleaning paint/paints/painted/painting repair/repairs/repaired/repairing carry/carries/carried/carrying buy/buys/bought/buying sell/sells/sold/selling find/finds/found/finding lose/loses/lost/losing bring/brings/brought/bringing take/takes/took/taking send/sends/sent/sending make/makes/made/making break/breaks/broke/breaking wash/washes/washed/washing move/moves/moved/moving build/builds/built/building draw/draws/drew/drawing hide/hides/hid/hiding keep/keeps/kept/keeping order/orders/ordered/ordering lift/lifts/lifted/lifting check/checks/checked/checking pack/packs/packed/packing return/returns/returned/returning watch/watches/watched/watching use/uses/used/using choose/chooses/chose/choosing give/gives/gave/giving hold/holds/held/holding push/pushes/pushed/pushing pull/pulls/pulled/pulling cover/covers/covered/covering touch/touches/touched/touching steal/steals/stole/stealing throw/throws/threw/throwing catch/catches/caught/catching drop/drops/dropped/dropping polish/polishes/polished/polishing',
).map(forms => forms.split('/') as [string, string, string, string]);

/** Things that can be bought, carried and broken. */
export const goods = ['tool', 'clothing', 'furniture', 'instrument', 'kitchenware', 'electronics'].flatMap(
  name => categories[name]!,
);
export const allThings = Object.values(categories).flat();
