export const writeDocuments = async () => {}
