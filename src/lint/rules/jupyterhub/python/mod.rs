//! Python, as far as one can be sure of a fault without being Python: strings, brackets and indentation.
//!
//! Owns what is said of them; where anything is doubtful, nothing is said. Must not know where the code stands.

mod lines;

use lines::Lines;

/// A fault in a piece of code.
#[derive(Debug)]
pub(super) struct Fault {
    /// The offset in bytes.
    pub at: usize,
    /// What is wrong, half a sentence.
    pub message: &'static str,
}

/// Nothing can be said: the code has something in it that newer or older versions of Python read in another way.
struct Doubt;

/// The first fault, if there surely is one.
pub(super) fn fault(code: &str) -> Option<Fault> {
    // What a template will make of it is not known.
    if ["${", "{%", "{{ "].iter().any(|open| code.contains(open)) {
        return None;
    }
    let mut scan = Scan { code, at: 0, open: Vec::new(), lines: Lines::default() };
    scan.run().unwrap_or(None)
}

struct Scan<'c> {
    code: &'c str,
    at: usize,
    /// The brackets that are open, with their offsets.
    open: Vec<(char, usize)>,
    lines: Lines,
}

impl Scan<'_> {
    fn run(&mut self) -> Result<Option<Fault>, Doubt> {
        let mut starts_line = true;
        loop {
            if starts_line && self.open.is_empty() {
                match self.begin_line()? {
                    Some(fault) => return Ok(Some(fault)),
                    None => starts_line = false,
                }
            }
            let Some(c) = self.peek() else { break };
            let at = self.at;
            self.at += c.len_utf8();
            match c {
                '\n' => {
                    if self.open.is_empty() {
                        starts_line = true;
                        self.lines.end();
                    }
                    continue;
                }
                '#' => {
                    self.skip_comment();
                    continue;
                }
                '\\' => {
                    // The next line goes on with this one.
                    if self.rest().starts_with("\r\n") {
                        self.at += 2;
                    } else if self.peek() == Some('\n') {
                        self.at += 1;
                    }
                    continue;
                }
                ' ' | '\t' | '\r' | '\u{c}' => continue,
                '(' | '[' | '{' => self.open.push((c, at)),
                ')' | ']' | '}' => {
                    if let Some(fault) = self.close(c, at) {
                        return Ok(Some(fault));
                    }
                }
                '\'' | '"' => {
                    if let Some(fault) = self.string(c, at)? {
                        return Ok(Some(fault));
                    }
                }
                '‘' | '’' | '“' | '”' => {
                    return Ok(Some(Fault { at, message: "this quote is not one of Python's" }));
                }
                _ => {}
            }
            self.lines.see(c, self.open.is_empty());
        }
        let open = self.open.first().map(|&(_, at)| Fault { at, message: "this bracket is never closed" });
        Ok(open.or_else(|| self.lines.finish(self.code.trim_end().len())))
    }

    fn rest(&self) -> &str {
        self.code.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_comment(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    /// Looks at the indentation of the next line that holds anything.
    fn begin_line(&mut self) -> Result<Option<Fault>, Doubt> {
        loop {
            let rest = self.rest();
            let content = rest.trim_start_matches([' ', '\t', '\r', '\u{c}']);
            let width = rest.len() - content.len();
            // How wide a tab is depends on what stands before it.
            let has_tabs = rest.get(..width).is_some_and(|blanks| blanks.contains(['\t', '\u{c}']));
            if content.is_empty() {
                self.at = self.code.len();
                return Ok(None);
            }
            if content.starts_with(['\n', '#']) {
                self.at += width;
                self.skip_comment();
                self.at += self.peek().map_or(0, char::len_utf8);
                continue;
            }
            if has_tabs {
                return Err(Doubt);
            }
            self.at += width;
            return Ok(self.lines.begin(width, self.at));
        }
    }

    fn close(&mut self, c: char, at: usize) -> Option<Fault> {
        let wanted = match c {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        match self.open.pop() {
            Some((open, _)) if open == wanted => None,
            Some(_) => Some(Fault { at, message: "this does not close the bracket that is open" }),
            None => Some(Fault { at, message: "this closes no bracket" }),
        }
    }

    /// Passes over a string whose first quote has been read.
    fn string(&mut self, quote: char, start: usize) -> Result<Option<Fault>, Doubt> {
        let before = self.code.get(..start).unwrap_or_default();
        let prefix: String = before.chars().rev().take_while(char::is_ascii_alphanumeric).collect();
        let is_formatted = prefix.len() <= 2 && prefix.contains(['f', 'F', 't', 'T']);
        let closing: String = std::iter::repeat_n(quote, 3).collect();
        let is_long = self.code.get(start..).is_some_and(|text| text.starts_with(&closing));
        let closing = if is_long { closing } else { quote.to_string() };
        self.at = start + closing.len();
        loop {
            if self.rest().starts_with(&closing) {
                self.at += closing.len();
                return Ok(None);
            }
            let Some(c) = self.peek() else {
                return Ok(Some(Fault { at: start, message: "this string is never closed" }));
            };
            match c {
                '\\' => {
                    self.at += 1;
                    self.at += self.peek().map_or(0, char::len_utf8);
                    continue;
                }
                '\n' if !is_long => return Ok(Some(Fault { at: start, message: "this string is never closed" })),
                // What is formatted may hold strings of its own, with the same quotes since Python 3.12.
                '{' if is_formatted => {
                    let inner = self.rest().find('}').and_then(|end| self.rest().get(..end));
                    if inner.is_none_or(|inner| inner.contains(['\'', '"', '\n'])) {
                        return Err(Doubt);
                    }
                }
                _ => {}
            }
            self.at += c.len_utf8();
        }
    }
}
