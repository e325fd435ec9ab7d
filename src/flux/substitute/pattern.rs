//! Shell patterns as Go matches them: `*`, `?`, `[a-z]`, `[^a]`, and a backslash before a character that means itself.
//!
//! `*` takes any text, a slash too: whoever matches paths does it name by name. From `path.Match` in Go and its copy in fluxcd/pkg/envsubst. Must not know what
//! is matched.

/// Whether a whole text matches a pattern; `None` where the pattern turns out to be none. As in Go, a broken pattern is noticed only as far as the text leads
/// into it.
pub(in crate::flux) fn matches(pattern: &[u8], text: &[u8]) -> Option<bool> {
    let (mut pattern, mut text) = (pattern, text);
    'next: while !pattern.is_empty() {
        let (star, chunk, rest) = scan_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            return Some(true);
        }
        if let Some(after) = match_chunk(chunk, text)?
            && (after.is_empty() || !pattern.is_empty())
        {
            text = after;
            continue;
        }
        if star {
            for skipped in 1..=text.len() {
                if let Some(after) = match_chunk(chunk, &text[skipped..])? {
                    if pattern.is_empty() && !after.is_empty() {
                        continue;
                    }
                    text = after;
                    continue 'next;
                }
            }
        }
        return Some(false);
    }
    Some(text.is_empty())
}

/// The next part of a pattern: whether stars lead it, the part up to the next star, the rest.
fn scan_chunk(pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = pattern.iter().take_while(|&&byte| byte == b'*').count();
    let pattern = &pattern[stars..];
    let (mut in_range, mut end) = (false, 0);
    while end < pattern.len() {
        match pattern[end] {
            b'\\' if end + 1 < pattern.len() => end += 1,
            b'[' => in_range = true,
            b']' => in_range = false,
            b'*' if !in_range => break,
            _ => {}
        }
        end += 1;
    }
    (stars > 0, &pattern[..end], &pattern[end..])
}

/// Matches a part without stars at the start of a text: what is left of the text, or nothing. `None` outside where the pattern is broken.
#[expect(clippy::option_option, reason = "the outer one is the broken pattern, as everywhere here")]
fn match_chunk<'t>(chunk: &[u8], text: &'t [u8]) -> Option<Option<&'t [u8]>> {
    let (mut chunk, mut text) = (chunk, text);
    while let Some((&first, rest)) = chunk.split_first() {
        let Some((&byte, after)) = text.split_first() else { return Some(None) };
        match first {
            b'[' => {
                let (c, length) = decode(text);
                text = &text[length..];
                let (is_in, rest) = match_class(rest, c)?;
                chunk = rest;
                if !is_in {
                    return Some(None);
                }
            }
            b'?' => {
                text = &text[decode(text).1..];
                chunk = rest;
            }
            _ => {
                let (&wanted, rest) = if first == b'\\' { rest.split_first()? } else { (&first, rest) };
                if wanted != byte {
                    return Some(None);
                }
                (text, chunk) = (after, rest);
            }
        }
    }
    Some(Some(text))
}

/// Whether a class, which stands behind its bracket, has a character; and the rest of the pattern.
fn match_class(class: &[u8], c: char) -> Option<(bool, &[u8])> {
    let (negated, mut class) = class.strip_prefix(b"^").map_or((false, class), |rest| (true, rest));
    let (mut found, mut ranges) = (false, 0);
    loop {
        if let Some(rest) = class.strip_prefix(b"]").filter(|_| ranges > 0) {
            return Some((found != negated, rest));
        }
        let (low, rest) = class_character(class)?;
        class = rest;
        let mut high = low;
        if let Some(rest) = class.strip_prefix(b"-") {
            (high, class) = class_character(rest)?;
        }
        found |= low <= c && c <= high;
        ranges += 1;
    }
}

fn class_character(class: &[u8]) -> Option<(char, &[u8])> {
    let class = match class.first()? {
        b'-' | b']' => return None,
        b'\\' => &class[1..],
        _ => class,
    };
    class.first()?;
    let (c, length) = decode(class);
    let rest = &class[length..];
    (!(c == char::REPLACEMENT_CHARACTER && length == 1) && !rest.is_empty()).then_some((c, rest))
}

/// The first character and its length; the replacement character, of length 1, where there is none.
fn decode(text: &[u8]) -> (char, usize) {
    let head = &text[..text.len().min(4)];
    let valid = head.utf8_chunks().next().map(|chunk| chunk.valid()).unwrap_or_default();
    valid.chars().next().map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, c.len_utf8()))
}
