/** Words that others use for the options of recurrent layers. */
export const recurrentSynonyms: Readonly<Record<string, string>> = {
  units: 'hidden',
  hidden_size: 'hidden',
  hiddenSize: 'hidden',
  num_layers: 'layers',
  numLayers: 'layers',
}
