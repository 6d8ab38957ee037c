import { isDamage, withFacts, type Damage } from '../contract/damage.ts'

/** What is wrong with a model's file, in English like all that stands on a terminal. */
const messages: Record<Damage, string> = {
  'cannot-be-opened': 'it cannot be opened ({reason})',
  'no-regular-file': 'it is no regular file',
  empty: 'it is empty',
  'cut-off': 'it ends at byte {byte}, before it should',
  'beyond-end': 'at byte {byte} it points beyond its end',
  'header-too-large': 'its header is larger than any real one',
  'header-value': 'its header holds an impossible value ({value})',
  'header-damaged': 'its header cannot be read',
  'format-version': 'it is {format} version {version}, which is not known',
  'not-of-format': 'it is no {format} file',
  'not-json': 'it is not JSON',
  'no-object': 'it is no JSON object',
  'outside-folder': 'it points outside its folder ({file})',
  'index-damaged': 'it does not say in which file its tensors lie',
  'too-large': 'it is larger than any real one',
  'entry-unknown': 'at "{entry}" it holds something else than such files do',
  'vocabulary-unusable': 'its vocabulary cannot be used: {words}',
  'graph-refused': 'ONNX Runtime does not take the graph: {words}',
  'web-page': 'it is a web page: the download was refused or asked for a login',
  'server-message': 'it is a message of a server, not a model: the download was refused',
  'lfs-pointer': 'it is a Git LFS pointer: the model itself was not fetched',
  'gguf-renamed': 'it is a GGUF file under another name',
  'text-file': 'it is a text',
  archive: 'it is an archive: unpack it',
  picture: 'it is a picture',
  zeros: 'it begins with zeros: its download was never finished',
  'tensor-twice': 'it names {tensor} twice',
  'tensors-overlap': 'the tensors {tensor} and {other} overlap',
  'tensor-entry': 'what its header says of {tensor} is impossible',
  'tensor-outside': 'the tensor {tensor} lies outside the file',
  'tensor-size': 'the tensor {tensor} takes {bytes} bytes, not those of {type}',
  'tensor-missing': 'it lacks the tensor {tensor}',
  'tensor-shape': 'the tensor {tensor} has the shape {found}; {wanted} was expected',
  'tensor-no-number': 'the tensor {tensor} is no number',
  'shard-lacks': 'it names {tensor}, which its shard lacks',
  'weights-lacking': 'weights are missing in {file}',
  'layers-differ': 'the tensors {tensor} {found} and {other} {wanted} do not fit each other',
  parts: 'the tensor {tensor} {found} cannot be divided into {parts} equal parts',
  'factors-differ': 'the factors of {module} do not fit each other',
  'text-width':
    'its text encoders give {given} numbers, its denoiser reads {wanted}: they are of different models',
  'latent-channels':
    'its denoiser makes {given} channels, its autoencoder reads {wanted}: they are of different models',
}

/** The sentence for a code; texts that are none stay as they are. */
export function damageMessage(code: string, facts: Readonly<Record<string, string>>): string {
  return isDamage(code) ? withFacts(messages[code], facts) : code
}
