//! Names that Kubernetes takes: what Argo CD adds to sprig.

use super::{Arguments, Group, between, exactly};
use crate::gotemplate::data::Data;

pub(super) const FUNCTIONS: Group = &[
    exactly("normalize", 1, |arguments| Ok(normalized(&arguments.string(0)?).into())),
    between("slugify", 1, 3, slugify),
];

/// A text as the name of an object: lower case, and dashes for what no name may hold, as Argo CD's `normalize` has it.
pub fn normalized(name: &str) -> String {
    let name = name.to_lowercase();
    let safe: String = name
        .chars()
        .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.') { c } else { '-' })
        .collect();
    safe.chars().take(253).collect::<String>().trim_matches(['-', '.']).to_owned()
}

/// `slugify [length [at-words]] text`: letters, digits, single dashes; cut to the length.
fn slugify(arguments: &mut Arguments) -> Result<Data, String> {
    let last = arguments.len() - 1;
    let text = arguments.string(last)?;
    let length = if last > 0 { arguments.int(0)? } else { 50 };
    let at_words = last > 1 && arguments.bool(1)?;
    let mut slug = String::new();
    for c in text.trim().to_lowercase().chars() {
        match c {
            c if c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' => slug.push(c),
            '&' => slug.push_str("-and-"),
            '@' => slug.push_str("-at-"),
            '\'' | '"' | '’' | '‒' | '–' | '—' | '―' if !matches!(c, '‒' | '–' | '—' | '―') => {}
            c if c.is_alphabetic() && !c.is_ascii() => match plain_letter(c) {
                Some(letters) => slug.push_str(letters),
                None => return Err(format!("the letter `{c}` has no plain form here")),
            },
            _ => slug.push('-'),
        }
    }
    while slug.contains("--") {
        slug = slug.replace("--", "-");
    }
    let slug = slug.trim_matches(['-', '_']);
    let length = usize::try_from(length).unwrap_or(0);
    if length == 0 || slug.len() <= length {
        return Ok(slug.into());
    }
    if !at_words {
        return Ok(slug.get(..length).unwrap_or(slug).into());
    }
    let mut kept = String::new();
    for word in slug.split('-') {
        let more = if kept.is_empty() { word.len() } else { kept.len() + 1 + word.len() };
        if more > length {
            break;
        }
        if !kept.is_empty() {
            kept.push('-');
        }
        kept.push_str(word);
    }
    if kept.is_empty() { Ok(slug.get(..length).unwrap_or(slug).into()) } else { Ok(kept.into()) }
}

/// The letters of Western European languages without their marks.
fn plain_letter(c: char) -> Option<&'static str> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => "c",
        'ð' | 'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' => "s",
        'ß' => "ss",
        'ţ' | 'ť' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}
