//! Versions of charts, and ranges of them as Helm, Flux and Argo CD read them.
//!
//! From the grammar of github.com/Masterminds/semver: parts may be missing (`1.2`), a `v` may stand in front, `x`, `X` and `*` stand for any number. A range is
//! comparisons joined by spaces or commas, alternatives joined by `||`; `1.2 - 1.4` reaches from one to the other. A version before a release (`1.0.0-rc.1`) only
//! fits where one of the joined comparisons names such a version itself. Must not know charts.

use std::{cmp::Ordering, fmt};

use smol_str::SmolStr;

/// The longest text that is looked at.
const LONGEST: usize = 512;

/// A version. Build metadata is read and does not count.
#[derive(Clone, Debug)]
pub struct Version {
    numbers: [u64; 3],
    /// What follows the `-`; empty for a release.
    pre: SmolStr,
    text: SmolStr,
}

impl Version {
    /// Reads a version; `None` if the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (partial, rest) = Partial::read(text)?;
        let numbers = partial.numbers.map(|number| match number {
            Number::Given(number) => Some(number),
            Number::Missing => Some(0),
            Number::Any => None,
        });
        let [Some(major), Some(minor), Some(patch)] = numbers else { return None };
        rest.is_empty().then(|| Self { numbers: [major, minor, patch], pre: partial.pre, text: text.into() })
    }

    fn new(numbers: [u64; 3], pre: &str) -> Self {
        Self { numbers, pre: pre.into(), text: SmolStr::default() }
    }

    /// Whether it comes before a release.
    pub fn is_prerelease(&self) -> bool {
        !self.pre.is_empty()
    }
}

impl fmt::Display for Version {
    /// As it was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => compare_pre(&self.pre, &other.pre),
        })
    }
}

/// Numbers by their value and before words, words by their letters, fewer parts first.
fn compare_pre(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(left), Some(right)) => match (left.parse::<u64>(), right.parse::<u64>()) {
                (Ok(left), Ok(right)) => left.cmp(&right),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => left.cmp(right),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// A range of versions.
#[derive(Clone, Debug)]
pub struct VersionRange {
    /// One of these must fit.
    alternatives: Vec<Alternative>,
}

/// Comparisons that must all fit.
#[derive(Clone, Debug)]
struct Alternative {
    comparisons: Vec<Comparison>,
    /// Whether versions before a release may fit.
    with_pre: bool,
}

/// All versions from one to another, or all others.
#[derive(Clone, Debug)]
struct Comparison {
    from: Version,
    /// The first version behind, if there is an end.
    to: Option<Version>,
    inverted: bool,
}

impl VersionRange {
    /// Reads a range; `None` if the text is none. An empty text fits every release.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let alternatives = text.split("||").map(Alternative::parse).collect::<Option<_>>()?;
        Some(Self { alternatives })
    }

    /// Whether a version fits.
    pub fn fits(&self, version: &Version) -> bool {
        self.alternatives.iter().any(|alternative| {
            (alternative.with_pre || !version.is_prerelease())
                && alternative.comparisons.iter().all(|comparison| comparison.fits(version))
        })
    }
}

impl Alternative {
    fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        let (mut comparisons, mut with_pre) = (Vec::new(), false);
        while !rest.is_empty() {
            let operator: &str = rest.split(|c| !"=!<>~^".contains(c)).next().unwrap_or_default();
            let (version, mut behind) = Partial::read(rest[operator.len()..].trim_start())?;
            with_pre |= !version.pre.is_empty();
            if let Some(end) = upper_end(behind).filter(|_| operator.is_empty()) {
                let last;
                (last, behind) = Partial::read(end)?;
                with_pre |= !last.pre.is_empty();
                comparisons.push(Comparison::new(">=", &version)?);
                comparisons.push(Comparison::new("<=", &last)?);
            } else {
                comparisons.push(Comparison::new(operator, &version)?);
            }
            rest = after_separator(behind)?;
        }
        Some(Self { comparisons, with_pre })
    }
}

/// The text behind ` - `, which makes a range of two versions.
fn upper_end(text: &str) -> Option<&str> {
    let dash = text.trim_start();
    let end = dash.strip_prefix('-')?;
    (dash.len() < text.len() && end.starts_with(char::is_whitespace)).then(|| end.trim_start())
}

/// The text behind the space or comma that comparisons are joined with; `None` if there is neither.
fn after_separator(text: &str) -> Option<&str> {
    let rest = text.trim_start();
    match rest.strip_prefix(',') {
        Some(next) => Some(next.trim_start()).filter(|next| !next.is_empty()),
        None => (rest.is_empty() || rest.len() < text.len()).then_some(rest),
    }
}

impl Comparison {
    fn new(operator: &str, version: &Partial) -> Option<Self> {
        let from = version.lowest();
        let all = || Self { from: Version::new([0; 3], "0"), to: None, inverted: false };
        let between = |to| Self { from: from.clone(), to, inverted: false };
        let below = |to| Self { to: Some(to), ..all() };
        Some(match operator {
            "" | "=" if version.is_complete() => between(Some(behind(&from))),
            "!=" if version.is_complete() => Self { inverted: true, ..between(Some(behind(&from))) },
            "!=" => Self { inverted: true, ..between(version.next_of_given()) },
            "" | "=" | "~" | "~>" if from.numbers == [0; 3] && !version.is_partly_given() => between(None),
            "" | "=" | "~" | "~>" => between(version.next(version.given().min(2))),
            "^" => between(version.next(version.significant())),
            ">" if version.is_complete() => Self { from: behind(&from), to: None, inverted: false },
            ">" => Self { from: version.next_of_given().unwrap_or_else(|| behind(&from)), to: None, inverted: false },
            ">=" | "=>" => between(None),
            "<" => below(from),
            "<=" | "=<" if version.is_complete() => below(behind(&from)),
            "<=" | "=<" => version.next_of_given().map_or_else(all, below),
            _ => return None,
        })
    }

    fn fits(&self, version: &Version) -> bool {
        let inside = *version >= self.from && self.to.as_ref().is_none_or(|to| version < to);
        inside != self.inverted
    }
}

/// The first version behind another.
fn behind(version: &Version) -> Version {
    let [major, minor, patch] = version.numbers;
    if version.is_prerelease() {
        Version::new(version.numbers, &format!("{}.0", version.pre))
    } else {
        Version::new([major, minor, patch.saturating_add(1)], "0")
    }
}

/// A part of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    Given(u64),
    Any,
    Missing,
}

/// A version of which parts may be missing or stand for any number.
#[derive(Clone, Debug)]
struct Partial {
    numbers: [Number; 3],
    pre: SmolStr,
}

impl Partial {
    /// Reads as much as belongs to a version, and gives what follows.
    fn read(text: &str) -> Option<(Self, &str)> {
        if text.len() > LONGEST {
            return None;
        }
        let mut rest = text.strip_prefix('v').unwrap_or(text);
        let mut numbers = [Number::Missing; 3];
        for (position, number) in numbers.iter_mut().enumerate() {
            let Some(next) = (if position == 0 { Some(rest) } else { rest.strip_prefix('.') }) else { break };
            (*number, rest) = read_number(next)?;
        }
        let mut pre = "";
        if let Some(next) = rest.strip_prefix('-') {
            (pre, rest) = read_words(next)?;
        }
        if let Some(next) = rest.strip_prefix('+') {
            (_, rest) = read_words(next)?;
        }
        Some((Self { numbers, pre: pre.into() }, rest))
    }

    /// How many numbers from the first on are given.
    fn given(&self) -> usize {
        self.numbers.iter().take_while(|number| matches!(number, Number::Given(_))).count()
    }

    fn is_complete(&self) -> bool {
        self.given() == 3
    }

    /// Whether some numbers are given and some are not.
    fn is_partly_given(&self) -> bool {
        matches!(self.given(), 1 | 2)
    }

    /// The first version that this stands for.
    fn lowest(&self) -> Version {
        let given = self.given();
        let mut numbers = [0; 3];
        for (place, number) in numbers.iter_mut().zip(self.numbers).take(given) {
            if let Number::Given(number) = number {
                *place = number;
            }
        }
        Version::new(numbers, &self.pre)
    }

    /// How many numbers stay the same within `^`: up to the first that is not zero.
    fn significant(&self) -> usize {
        let given = self.given();
        let zeros = self.lowest().numbers.iter().take_while(|number| **number == 0).count();
        (zeros + 1).min(given)
    }

    fn next_of_given(&self) -> Option<Version> {
        self.next(self.given())
    }

    /// The first version, releases to come included, in which one of the first `kept` numbers is another; `None` if none is kept.
    fn next(&self, kept: usize) -> Option<Version> {
        let lowest = self.lowest().numbers;
        let mut numbers = [0; 3];
        let last = kept.checked_sub(1)?;
        for (position, number) in numbers.iter_mut().enumerate().take(kept) {
            let own = lowest.get(position).copied().unwrap_or_default();
            *number = if position == last { own.saturating_add(1) } else { own };
        }
        Some(Version::new(numbers, "0"))
    }
}

fn read_number(text: &str) -> Option<(Number, &str)> {
    if let Some(rest) = text.strip_prefix(['x', 'X', '*']) {
        return Some((Number::Any, rest));
    }
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((Number::Given(digits.parse().ok()?), rest))
}

/// Words of letters, digits and dashes, joined by dots.
fn read_words(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"-.".contains(c)).unwrap_or(text.len());
    let (words, rest) = text.split_at(end);
    words.split('.').all(|word| !word.is_empty()).then_some((words, rest))
}
