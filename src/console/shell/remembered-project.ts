const PLACE = 'lifeboat.project';

/** The project that the reader looked at last, in this browser. Where nothing can be kept, none. */
export function rememberedProject(): string | null {
  try {
    return localStorage.getItem(PLACE);
  } catch {
    return null;
  }
}

export function rememberProject(id: string): void {
  try {
    localStorage.setItem(PLACE, id);
  } catch {
    // Then the first project is shown next time.
  }
}
