import { nearest, UnrolledError, type Model } from 'unrolled'
import { kebab, string, type Options } from './command.ts'
import { histories } from './forecasts/histories.ts'
import type { Material } from './material.ts'
import { pairs } from './pairs/pairs.ts'
import { tables } from './tables/tables.ts'
import { texts } from './text/texts.ts'

const materials: readonly Material[] = [pairs, tables, histories, texts]

/** What a model is made for. */
export function materialOf(model: Model, path: string): Material {
  const found = materials.find(({ fits }) => fits(model))
  if (found) return found
  throw new UnrolledError(
    'file',
    `${path} holds a ${model.kind}; a model that knows how it reads ${materials.map(({ called }) => called).join(' or ')} is needed, as unrolled train makes`,
  )
}

/** What files are, by what is asked for and by their names; texts where nothing says so. */
export function materialFor(files: readonly string[], options: Options): Material {
  const task = string(options, 'task')
  const byTask = materials.find(({ tasks }) => tasks.includes(task ?? ''))
  if (task !== undefined && !byTask) {
    const all = materials.flatMap(({ tasks }) => tasks)
    const close = nearest(task, all)
    throw new UnrolledError(
      'usage',
      `there is no task ${task}; ${close === undefined ? `there are ${all.join(', ')}` : `did you mean ${close}?`}`,
    )
  }
  return byTask ?? materials.find(({ isMeant }) => isMeant(files, options)) ?? texts
}

/** Refuses options that say nothing about this material. */
export function checkOptions(material: Material, options: Options): void {
  for (const other of materials) {
    const odd = other.options.find(
      ({ name }) =>
        other !== material && options[name] !== undefined && !material.options.some((own) => own.name === name),
    )
    if (!odd) continue
    throw new UnrolledError(
      'usage',
      `--${kebab(odd.name)} is for ${other.called}; what is read here are ${material.called}`,
    )
  }
}
