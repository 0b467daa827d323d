/** The translation domain of every string of ours: the Python package's name. */
export const DOMAIN = 'sept_ext';
