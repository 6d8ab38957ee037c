import { obstacles, type Obstacle } from '../contract/model.ts'

/** Why a file or folder does not run here, and what to do, in English like all that stands on a terminal. */
const messages: Record<Obstacle, string> = {
  'pickle-refused': 'a pickle can run any code when it is opened; look for the same as .safetensors or ONNX',
  'parts-missing':
    'it is a part of a model; put the missing ones beside it in folders of these names, or look for the whole model',
  'folder-incomplete': 'parts of the folder are missing; copy or download the whole folder again',
  'family-unsupported': 'this family of models is not supported',
  'video-unsupported': 'it makes videos; Sanggar makes pictures',
  'variant-unsupported': 'this variant is not supported; its ordinary variant may be',
  'quantised-unsupported':
    'its numbers are stored in a form that is not read; look for fp16, bf16, fp8 or a GGUF',
  'gguf-unsupported':
    'this kind of GGUF is not read; of picture models Q2 to Q8, IQ4, F16 and BF16 are. Look for one of those, or for .safetensors',
  'ncnn-unsupported': 'it is for the ncnn runtime; look for the same as ONNX or .safetensors',
  'openvino-unsupported': 'it is for the OpenVINO runtime; look for the same as ONNX or .safetensors',
  'torchscript-unsupported': 'TorchScript is a program and is not opened; look for .safetensors or ONNX',
  'adapter-kind-unsupported': 'adapters of this kind are not run; LoRA, LoHa, LoKr, DoRA and differences are',
  'controlnet-unsupported': 'ControlNets of this kind are not run',
  'ip-adapter-unsupported': 'IP-Adapters are not run',
  'part-only': 'it is one part of a model and cannot draw by itself',
  unrecognised: 'it is not recognised; model folders, .safetensors, .gguf and .onnx files are looked for',
  'folder-of-models': 'several models lie in it; name one of them',
  damaged: 'it is damaged, or was not copied to its end; copy or download it again',
  'told-wrongly': 'it does not open as what was said that it is',
  missing: 'nothing is at that place now',
}

/** The sentence for a code; texts that are none stay as they are. */
export function obstacleMessage(code: string): string {
  const known = obstacles.find((obstacle) => obstacle === code)
  if (known !== undefined) return messages[known]
  return code === 'not-an-adapter' ? 'it is neither LoRA nor embedding nor autoencoder' : code
}
