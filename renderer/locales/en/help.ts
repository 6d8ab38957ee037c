export const help = {
  'help.title': 'Help',
  'help.open': 'Help (F1)',
  'help.search': 'Search in Help',
  'help.articles': 'Articles',
  'help.hits': { one: '{count} place found', other: '{count} places found' },
  'help.tour': 'Show me around',
  'help.news': 'What is new',
  'news.title': 'What is new',
  'tour.start': 'Show me around (2 minutes)',
  'tour.step': '{step} of {steps}',
  'tour.next': 'Next',
  'tour.back': 'Back',
  'tour.skip': 'Skip',
  'tour.done': 'Done',
  'tour.prompt': 'Say what you want to see',
  'tour.promptText':
    'In English or Indonesian. Words that the model does not know are underlined, and a line below says which.',
  'tour.chips': 'How it should be',
  'tour.chipsText':
    'Model, shape, number of pictures, style, and a picture to start from. The sliders icon has steps, seed and the rest.',
  'tour.generate': 'Make it',
  'tour.generateText':
    'Beside the button stands what it will take on this computer. Press it again meanwhile: pictures queue up.',
  'tour.canvas': 'It appears here',
  'tour.canvasText':
    'While it is made you see a preview, the step and the time left. Finished pictures go to the Gallery by themselves, encrypted.',
  'tour.screens': 'The other rooms',
  'tour.screensText':
    'Edit paints and restores, Gallery finds, Models takes your own files, Privacy shows and erases all that is kept.',
  'tour.seal': 'Nothing leaves',
  'tour.sealText':
    'This counts requests that left your computer through Sanggar. It stays at zero. Press F1 for help at any time.',
} as const
