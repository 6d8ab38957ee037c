import type { FailureKey, FailureText } from '../translate'

/** What happened, why, and what to do: one line for every failure of the contract. */
export const failures = {
  'error.invalid-request': {
    what: 'That request was not understood.',
    why: 'The value of “{path}” is not allowed: {problem}.',
    do: 'Change the value and try again.',
  },
  'error.not-found': {
    what: 'It is no longer there.',
    why: 'The {what} {id} was removed or never existed.',
    do: 'Choose another one.',
  },
  'error.confirmation-required': {
    what: 'Nothing was deleted.',
    why: 'Deleting everything needs the typed confirmation.',
    do: 'Type the words exactly as shown.',
  },
  'error.disconnected': {
    what: 'The studio is not answering.',
    why: 'The connection to the program on this computer was lost.',
    do: 'It reconnects by itself. If it does not, start Sanggar again.',
  },
  'error.unauthorised': {
    what: 'This page is not allowed in.',
    why: 'It was not opened by Sanggar itself, or its session has ended.',
    do: 'Open the address that Sanggar prints when it starts.',
  },
  'error.network-forbidden': {
    what: 'A connection was blocked.',
    why: 'Something tried to reach {address}; Sanggar never goes online.',
    do: 'Nothing left this computer. You can read the attempt under Privacy.',
  },
  'error.size-unsupported': {
    what: 'The model cannot draw {width} × {height}.',
    why: 'Its sides go from {minimum} to {maximum} pixels in steps of {multiple}.',
    do: 'Choose one of the shapes that are offered.',
  },
  'error.size-fixed': {
    what: 'The model cannot draw {width} × {height}.',
    why: 'Its file was made for one size only: {onlyWidth} × {onlyHeight}.',
    do: 'Choose that size. It can be enlarged afterwards.',
  },
  'error.scheduler-unsupported': {
    what: 'This sampler does not fit the model.',
    why: '{model} was not made for “{scheduler}”.',
    do: 'Set the sampler to Automatic.',
  },
  'error.capability-missing': {
    what: 'The model cannot do that.',
    why: '{model} has no part for “{capability}”.',
    do: 'Choose another model, or add one that can.',
  },
  'error.prompt-rule': {
    what: 'A rule of yours asks first.',
    why: 'The prompt contains: {words}.',
    do: 'Make it all the same, or change the rules on the Privacy screen.',
  },
  'error.prompt-syntax': {
    what: 'The prompt has a mistake at position {position}.',
    why: 'The reader stopped there: {problem}.',
    do: 'Check the brackets, or put \\ before a bracket that is meant as text.',
  },
  'error.model-not-found': {
    what: 'The model “{model}” is not here.',
    why: 'It was removed, or its drive is not connected.',
    do: 'Connect the drive, or choose another model.',
  },
  'error.model-folder-incomplete': {
    what: 'The model is not complete.',
    why: 'Missing in {path}: {missing}',
    do: 'Copy the whole folder again. Parts of a single file may lie beside it, in folders of these names.',
  },
  'error.model-unsupported': {
    what: 'This is {kind}; Sanggar cannot run it as it is.',
    why: '{reason} ({path})',
    do: 'Models says of every file what it is, and what to look for instead.',
  },
  'error.model-damaged': {
    what: 'The model’s files are damaged.',
    why: '{detail} ({path})',
    do: 'Copy or download the model again.',
  },
  'error.pickle-refused': {
    what: 'This file was not opened.',
    why: '{path} is a pickle, a format that can run any program when it is read.',
    do: 'Look for the same model as safetensors or ONNX.',
  },
  'error.control-mismatch': {
    what: 'This ControlNet does not fit the model.',
    why: '{control} was made for another family than {model}.',
    do: 'Choose a ControlNet for this model, or leave it out.',
  },
  'error.adapter-mismatch': {
    what: 'The adapter does not fit.',
    why: '{adapter} was made for another family than {model}.',
    do: 'Choose a model of the adapter’s family, or take the adapter out.',
  },
  'error.picture-unreadable': {
    what: '“{name}” could not be read as a picture.',
    why: 'It is not a PNG, JPEG, WebP, AVIF, TIFF or GIF file, or it is damaged.',
    do: 'Open it in another program and save it as PNG or JPEG. Photos in HEIC have to be converted as well.',
  },
  'error.picture-too-large': {
    what: 'The picture is too large.',
    why: 'It has {megapixels} megapixels; the limit is {limit}.',
    do: 'Make it smaller and bring it in again.',
  },
  'error.picture-file-too-large': {
    what: 'The file “{name}” is too large.',
    why: 'It has {megabytes} MB; the limit is {limit} MB.',
    do: 'Save it as JPEG or make it smaller, and bring it in again.',
  },
  'error.enlargement-too-large': {
    what: 'Enlarged, the picture would be too large.',
    why: '{width} × {height} are {megapixels} megapixels; the limit is {limit}.',
    do: 'Enlarge it less, or make it smaller first.',
  },
  'error.mask-empty': {
    what: 'The mask is empty.',
    why: 'Nothing is marked that could be painted anew.',
    do: 'Brush over the part that should change.',
  },
  'error.picture-required': {
    what: 'A picture is needed first.',
    why: 'This works on an existing picture.',
    do: 'Drop, paste or choose one.',
  },
  'error.inference-crashed': {
    what: 'The drawing process stopped.',
    why: 'It ended with {signal}; your library is not affected.',
    do: 'Try again. If it happens again, use a smaller size or fewer pictures.',
  },
  'error.inference-failed': {
    what: 'The picture could not be finished.',
    why: 'The step “{stage}” failed: {detail}',
    do: 'Try again, or choose another model.',
  },
  'error.checkpoint-unusable': {
    what: 'There is no unfinished picture to go on with.',
    why: 'It was never kept, was already removed, or belongs to another model.',
    do: 'Start the job again from the beginning.',
  },
  'error.out-of-memory': {
    what: 'There was not enough memory.',
    why: 'The step “{stage}” needed more than this computer has free.',
    do: 'Close other programs, or choose a smaller size or model.',
  },
  'error.output-not-finite': {
    what: 'The model gave no usable picture.',
    why: 'The step “{stage}” produced numbers that are not numbers.',
    do: 'Lower the guidance, or set the hardware to CPU in Settings.',
  },
  'error.output-constant': {
    what: 'The picture came out in a single colour.',
    why: 'The step “{stage}” gave the same value everywhere.',
    do: 'Try another seed, or set the hardware to CPU in Settings.',
  },
  'error.provider-unavailable': {
    what: 'The chosen hardware is not available.',
    why: '“{provider}” could not be started on this computer.',
    do: 'Set the hardware to Automatic in Settings.',
  },
  'error.cancelled': {
    what: 'Stopped.',
    why: 'You stopped it; pictures that were finished are kept.',
    do: 'Make it again whenever you like.',
  },
  'error.interrupted': {
    what: 'Interrupted.',
    why: 'Sanggar was closed while this was being made.',
    do: 'Start it again: the same settings and seed give the same picture.',
  },
  'error.library-busy': {
    what: 'The library is open somewhere else.',
    why: 'Another Sanggar is using {path}.',
    do: 'Close the other one first.',
  },
  'error.library-damaged': {
    what: 'The library could not be opened.',
    why: '{path}: {detail}',
    do: 'Close Sanggar and run “sanggar library repair”: it rebuilds the library from the pictures, which are separate files.',
  },
  'error.library-newer': {
    what: 'This library was made by a later version of Sanggar.',
    why: '{path} holds more than this version knows of.',
    do: 'Open it with that version. Nothing was changed.',
  },
  'error.vault-locked': {
    what: 'The library is locked.',
    why: 'Its key is not in memory.',
    do: 'Unlock it with your passphrase.',
  },
  'error.vault-passphrase-wrong': {
    what: 'That is not the passphrase.',
    why: 'It opens nothing here.',
    do: 'Try again. Capitals and spaces count.',
  },
  'error.vault-passphrase-wait': {
    what: 'That is not the passphrase.',
    why: 'After several wrong ones there is a wait before the next, longer each time.',
    do: 'Try again in {waitSeconds} s.',
  },
  'error.vault-passphrase-missing': {
    what: 'The vault was not locked.',
    why: 'Without a passphrase anybody at this computer could open it again.',
    do: 'Set a passphrase first, under Privacy.',
  },
  'error.vault-key-missing': {
    what: 'The key of the library is missing.',
    why: 'It should be at {path}.',
    do: 'Bring the key file back, or open the library with its passphrase.',
  },
  'error.vault-key-damaged': {
    what: 'The key of the library does not open it.',
    why: '{path} was altered, belongs to another library, or the system’s keychain did not open it.',
    do: 'Bring the right key file back, or restore a backup. Nothing was changed.',
  },
  'error.item-damaged': {
    what: 'This picture cannot be shown.',
    why: 'Its file ({id}) was changed outside Sanggar or is damaged.',
    do: 'Restore it from a backup, or erase it.',
  },
  'error.backup-damaged': {
    what: 'This backup cannot be restored.',
    why: '{path} is no Sanggar backup, or it was altered or cut off: {detail}.',
    do: 'Use another copy of it. Nothing in the library was changed.',
  },
  'error.disk-full': {
    what: 'The disk is full.',
    why: 'There is no room left in {path}.',
    do: 'Free some space, then try again. Nothing half-written was kept.',
  },
  'error.path-not-writable': {
    what: 'That folder cannot be written to.',
    why: 'The system refused to write in {path}.',
    do: 'Choose another folder.',
  },
  'error.path-not-found': {
    what: 'That place does not exist.',
    why: 'Nothing was found at {path}.',
    do: 'Check the path and its drive.',
  },
  'error.already-exists': {
    what: 'It is there already.',
    why: '{path} exists.',
    do: 'Choose another name or folder.',
  },
  'error.internal': {
    what: 'Something went wrong inside Sanggar.',
    why: 'This is a mistake of the program: {detail}',
    do: 'Try again. If it stays, please report the text above.',
  },
} as const satisfies Record<FailureKey, FailureText>
