//! Regular expressions. Go's syntax is that of the crate used here, but for details of Unicode classes.

use regex::{NoExpand, Regex};
use smol_str::SmolStr;

use super::{Arguments, Call, Group, exactly};
use crate::gotemplate::data::Data;

pub(super) const FUNCTIONS: Group = &[
    exactly("regexMatch", 2, |arguments| {
        let text = arguments.string(1)?;
        Ok(compiled(arguments).is_ok_and(|regex| regex.is_match(&text)).into())
    }),
    exactly("mustRegexMatch", 2, |arguments| Ok(compiled(arguments)?.is_match(&arguments.string(1)?).into())),
    exactly("regexFind", 2, FIND),
    exactly("mustRegexFind", 2, FIND),
    exactly("regexFindAll", 3, FIND_ALL),
    exactly("mustRegexFindAll", 3, FIND_ALL),
    exactly("regexReplaceAll", 3, |arguments| replace(arguments, false)),
    exactly("mustRegexReplaceAll", 3, |arguments| replace(arguments, false)),
    exactly("regexReplaceAllLiteral", 3, |arguments| replace(arguments, true)),
    exactly("mustRegexReplaceAllLiteral", 3, |arguments| replace(arguments, true)),
    exactly("regexSplit", 3, SPLIT),
    exactly("mustRegexSplit", 3, SPLIT),
    exactly("regexQuoteMeta", 1, |arguments| {
        let text = arguments.string(0)?;
        let mut quoted = String::with_capacity(text.len());
        for c in text.chars() {
            if "\\.+*?()|[]{}^$".contains(c) {
                quoted.push('\\');
            }
            quoted.push(c);
        }
        Ok(quoted.into())
    }),
];

fn compiled(arguments: &mut Arguments) -> Result<Regex, String> {
    let pattern = arguments.string(0)?;
    // Compiling costs far more than a step.
    let text = arguments.all().get(1).map_or(0, |text| if let Data::Str(text) = text { text.len() } else { 0 });
    arguments.spend(100 + pattern.len() + text / 8)?;
    Regex::new(&pattern).map_err(|error| error.to_string())
}

const FIND: Call = |arguments| {
    let regex = compiled(arguments)?;
    Ok(regex.find(&arguments.string(1)?).map_or("", |found| found.as_str()).into())
};

/// A count of results; negative means all.
fn limit(count: i64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

const FIND_ALL: Call = |arguments| {
    let regex = compiled(arguments)?;
    let (text, count) = (arguments.string(1)?, arguments.int(2)?);
    Ok(Data::strings(regex.find_iter(&text).take(limit(count)).map(|found| SmolStr::from(found.as_str()))))
};

fn replace(arguments: &mut Arguments, literal: bool) -> Result<Data, String> {
    let regex = compiled(arguments)?;
    let (text, replacement) = (arguments.string(1)?, arguments.string(2)?);
    let hits = regex.find_iter(&text).count();
    let each = replacement.len() + if literal { 0 } else { replacement.matches('$').count() * text.len() };
    if hits.saturating_mul(each) > arguments.max().saturating_mul(8) {
        return Err("the result would be too large".to_owned());
    }
    let replaced = if literal {
        regex.replace_all(&text, NoExpand(&replacement))
    } else {
        regex.replace_all(&text, replacement.as_str())
    };
    arguments.reserve(replaced.len())?;
    Ok(replaced.into_owned().into())
}

const SPLIT: Call = |arguments| {
    let regex = compiled(arguments)?;
    let (text, count) = (arguments.string(1)?, arguments.int(2)?);
    if count == 0 {
        return Ok(Data::strings([]));
    }
    let mut parts: Vec<SmolStr> = Vec::new();
    let mut start = 0;
    for found in regex.find_iter(&text) {
        if parts.len() + 1 >= limit(count) {
            break;
        }
        // An empty match at the start of the text splits nothing off.
        if found.end() > 0 {
            parts.push(text[start..found.start()].into());
            start = found.end();
        }
    }
    if !(regex.as_str().is_empty() && start == text.len() && !text.is_empty()) {
        parts.push(text[start..].into());
    }
    Ok(Data::strings(parts))
};
