import { createDdim } from './ddim.ts'
import { createDdpm } from './ddpm.ts'
import { createDeis } from './deis.ts'
import { createDpmSolverMultistep } from './dpm-solver-multistep.ts'
import { createDpmSolverSinglestep } from './dpm-solver-singlestep.ts'
import { createEuler } from './euler.ts'
import { createEulerAncestral } from './euler-ancestral.ts'
import { createFlowMatchEuler } from './flow-match-euler.ts'
import { createFlowMatchHeun } from './flow-match-heun.ts'
import { createHeun } from './heun.ts'
import { createKdpm2 } from './kdpm2.ts'
import { createKdpm2Ancestral } from './kdpm2-ancestral.ts'
import { createLcm } from './lcm.ts'
import { createLms } from './lms.ts'
import { createPndm } from './pndm.ts'
import type { CreateScheduler, Scheduler, ScheduleOptions } from './schedule.ts'
import { classNameOf, unsupported, type SchedulerConfig } from './settings.ts'
import { createTcd } from './tcd.ts'
import { createUnipc } from './unipc.ts'

/** _class_name of scheduler_config.json -> algorithm. A new scheduler is a file and a line here. */
export const schedulerClasses: Readonly<Record<string, CreateScheduler>> = {
  DDIMScheduler: createDdim,
  DDPMScheduler: createDdpm,
  PNDMScheduler: createPndm,
  LMSDiscreteScheduler: createLms,
  EulerDiscreteScheduler: createEuler,
  EulerAncestralDiscreteScheduler: createEulerAncestral,
  HeunDiscreteScheduler: createHeun,
  KDPM2DiscreteScheduler: createKdpm2,
  KDPM2AncestralDiscreteScheduler: createKdpm2Ancestral,
  DPMSolverMultistepScheduler: createDpmSolverMultistep,
  DPMSolverSinglestepScheduler: createDpmSolverSinglestep,
  DEISMultistepScheduler: createDeis,
  UniPCMultistepScheduler: createUnipc,
  LCMScheduler: createLcm,
  TCDScheduler: createTcd,
  FlowMatchEulerDiscreteScheduler: createFlowMatchEuler,
  FlowMatchHeunDiscreteScheduler: createFlowMatchHeun,
}

/**
 * A scheduler for one run, from scheduler_config.json with its _class_name. Throws 'scheduler-unsupported' (the
 * `model` parameter empty) for a class or setting that is not known, 'invalid-request' for an impossible step count.
 */
export function createScheduler(config: SchedulerConfig, options: ScheduleOptions): Scheduler {
  const name = classNameOf(config)
  const create = Object.hasOwn(schedulerClasses, name) ? schedulerClasses[name] : undefined
  if (create === undefined) throw unsupported(config)
  return create(config, { ...options, steps: options.timesteps?.length ?? options.steps })
}
