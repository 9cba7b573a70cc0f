// The editor of variables takes each non-null field of an input for needed, one with a default too.
// So it is told that those are nullable, which is what they are to who leaves them out.

export function withDefaultsLeftOut(result) {
  for (const type of result.data?.__schema?.types ?? []) {
    for (const field of type.inputFields ?? []) {
      if (field.defaultValue != null && field.type.kind === 'NON_NULL') field.type = field.type.ofType;
    }
  }
  return result;
}
