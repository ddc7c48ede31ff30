// What visitors fill in, where several functions ask for it or it takes many words.
import { checkbox, dropdown, files, multiselect, number, radio, slider, text } from '@modeshift/ui';
import { searchModes } from './retrieval.ts';
import { word } from './words.ts';

export const collection = text({
  optional: true,
  advanced: true,
  label: word('Collection'),
  info: word('Left out: the one that was opened last.'),
});

export const document = text({ label: word('Document') });

/** How to search. */
export const retrievalInputs = {
  search: dropdown(searchModes, { value: 'best there is', label: word('Search by') }),
  top_k: slider({ min: 1, max: 30, step: 1, value: 5, label: word('How many passages') }),
  rerank: checkbox({
    value: false,
    label: word('Rerank'),
    info: word('A model reads the best passages and orders them anew.'),
  }),
  documents: text({
    optional: true,
    advanced: true,
    label: word('Only these documents'),
    info: word('Names with commas. Left out: all.'),
  }),
  tags: text({
    optional: true,
    advanced: true,
    label: word('Only with a tag'),
    info: word('Tags with commas; a document needs one of them.'),
  }),
  collection,
};

export const threshold = number({
  min: 0,
  max: 1,
  optional: true,
  advanced: true,
  label: word('Certainty needed'),
  info: word(
    'The share of the question’s words that the best passage must have, 0 to 1. Left out: 0.4 without a model.',
  ),
});

export const showRetrieval = checkbox({
  value: false,
  label: word('Show what was found'),
  info: word('The passages below the answer, with their ranks and scores.'),
});

/** The choice of no model that writes answers. */
export const withoutModel = 'sentences of the sources';

/** Who writes answers: no model, or one of `names`, of which the first may be chosen at first. */
export const writerInput = (names: readonly string[], isFirstChosen: boolean) =>
  dropdown([withoutModel, ...names], {
    value: (isFirstChosen ? names[0] : undefined) ?? withoutModel,
    label: word('Answers'),
    info: word(
      'Who writes the answer. Without a model it is made of sentences of your documents. A hosted model is sent the passages.',
    ),
  });

/** Which folders of the server are brought in. */
export const foldersInput = (names: readonly string[]) =>
  multiselect(names, {
    label: word('Folders of the server'),
    info: word('Read where they are. Brought again, new files are taken up and those that are gone are deleted.'),
  });

/** What documents are added with. */
export const addInputs = {
  files: files({
    label: word('Files'),
    info: word(
      'Words are always indexed. Meanings, too, where there is an embedding model: one on this machine, else OpenAI’s where the server has a key, to which the texts are then sent.',
    ),
  }),
  urls: text({
    optional: true,
    lines: 2,
    label: word('Addresses'),
    info: word('Pages to fetch, one on a line. Links are not followed.'),
  }),
  same_name: radio(['replace it', 'keep both'], {
    value: 'replace it',
    advanced: true,
    label: word('A name that is there already'),
  }),
  tags: text({
    optional: true,
    advanced: true,
    label: word('Tags'),
    info: word('With commas. Questions can be kept to a tag.'),
  }),
  visible_to: text({
    optional: true,
    advanced: true,
    label: word('Who may see it'),
    info: word('Labels with commas. Left out: everybody who shares your collections.'),
  }),
};
