//! Patterns of paths, in the two ways Argo CD reads them.

/// How far a star reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Star {
    /// Within one name, as Go's `path.Match` has it.
    Name,
    /// Across slashes, as Git's pathspecs have it.
    Path,
}

/// Whether the pattern fits the whole path. A malformed pattern fits nothing.
pub(super) fn fits(pattern: &str, path: &str, star: Star) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let path: Vec<char> = path.chars().collect();
    // Positions to come back to: behind the last star, and where it may take one more character.
    let (mut at, mut place) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    loop {
        let next = match pattern.get(at) {
            None if place == path.len() => return true,
            None => None,
            Some('*') => {
                back = Some((at, place));
                at += 1;
                continue;
            }
            Some(_) => path.get(place).and_then(|c| one(&pattern[at..], *c, star)),
        };
        if let Some(length) = next {
            at += length;
            place += 1;
            continue;
        }
        let Some((last, taken)) = back else { return false };
        match path.get(taken) {
            Some(c) if star == Star::Path || *c != '/' => {
                back = Some((last, taken + 1));
                (at, place) = (last + 1, taken + 1);
            }
            _ => return false,
        }
    }
}

/// Whether the first element of a pattern fits a character, and its length.
fn one(pattern: &[char], c: char, star: Star) -> Option<usize> {
    match pattern.first()? {
        '?' => (star == Star::Path || c != '/').then_some(1),
        '\\' => (pattern.get(1) == Some(&c)).then_some(2),
        '[' => {
            let negated = matches!(pattern.get(1), Some('^' | '!'));
            let start = if negated { 2 } else { 1 };
            // A bracket in the first place stands for itself.
            let end = start + 1 + pattern.get(start + 1..)?.iter().position(|c| *c == ']')?;
            let class = pattern.get(start..end)?;
            let mut found = false;
            let mut rest = class;
            while let [first, more @ ..] = rest {
                if let ['-', last, more @ ..] = more {
                    found |= (*first..=*last).contains(&c);
                    rest = more;
                } else {
                    found |= *first == c;
                    rest = more;
                }
            }
            (found != negated && (star == Star::Path || c != '/')).then_some(end + 1)
        }
        literal => (*literal == c).then_some(1),
    }
}

/// Whether a file is meant by a pattern of the Git file generator: as a pathspec, so a path without wildcards names a directory and all below it, too.
pub(super) fn names_file(pattern: &str, path: &str) -> bool {
    let pattern = pattern.trim_start_matches("./");
    if pattern.contains(['*', '?', '[']) {
        return fits(pattern, path, Star::Path);
    }
    let directory = pattern.trim_end_matches('/');
    path == pattern || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}
