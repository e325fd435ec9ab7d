//! Base64, base32, checksums, URLs.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256, Sha512};

use super::{Arguments, Group, exactly};
use crate::gotemplate::data::{Data, Dict};

pub(super) const FUNCTIONS: Group = &[
    exactly("b64enc", 1, |arguments| Ok(STANDARD.encode(arguments.string(0)?.as_bytes()).into())),
    exactly("b64dec", 1, |arguments| {
        // Go passes over line breaks.
        let text: String = arguments.string(0)?.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
        // sprig gives the error out as the text.
        Ok(STANDARD.decode(&text).map_or_else(
            |_| format!("illegal base64 data at input byte {}", illegal_base64(&text)).into(),
            |bytes| String::from_utf8_lossy(&bytes).into_owned().into(),
        ))
    }),
    exactly("b32enc", 1, |arguments| Ok(base32(arguments.string(0)?.as_bytes()).into())),
    exactly("b32dec", 1, |arguments| {
        let text = arguments.string(0)?;
        from_base32(&text).map(|bytes| String::from_utf8_lossy(&bytes).into_owned().into())
    }),
    exactly("sha1sum", 1, |arguments| Ok(hex(&sha1::Sha1::digest(arguments.string(0)?.as_bytes())).into())),
    exactly("sha256sum", 1, |arguments| Ok(hex(&Sha256::digest(arguments.string(0)?.as_bytes())).into())),
    exactly("sha512sum", 1, |arguments| Ok(hex(&Sha512::digest(arguments.string(0)?.as_bytes())).into())),
    exactly("adler32sum", 1, |arguments| Ok(adler32(arguments.string(0)?.as_bytes()).to_string().into())),
    exactly("urlParse", 1, |arguments| url_parse(&arguments.string(0)?)),
    exactly("urlJoin", 1, url_join),
];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The place that Go's decoder blames.
fn illegal_base64(text: &str) -> usize {
    let is_digit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    let found = text.char_indices().find(|(_, c)| !is_digit(*c)).map_or(text.len(), |(at, _)| at);
    if found == text.len() { found / 4 * 4 } else { found }
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    for part in bytes.chunks(5) {
        let bits = part.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)) << (8 * (5 - part.len()));
        let digits = (part.len() * 8).div_ceil(5);
        for place in 0..8 {
            let digit = usize::try_from(bits >> (35 - 5 * place) & 31).unwrap_or(0);
            out.push(if place < digits { BASE32.get(digit).copied().map_or('=', char::from) } else { '=' });
        }
    }
    out
}

fn from_base32(text: &str) -> Result<Vec<u8>, String> {
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for (at, digit) in digits.bytes().enumerate() {
        let value = BASE32.iter().position(|known| *known == digit);
        let value = value.and_then(|value| u32::try_from(value).ok()).ok_or(format!("no base32 at byte {at}"))?;
        bits = bits << 5 | value;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 255).unwrap_or(0));
        }
    }
    Ok(bytes)
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    b << 16 | a
}

fn url_parse(text: &str) -> Result<Data, String> {
    if text.chars().any(char::is_control) {
        return Err("the URL holds a control character".to_owned());
    }
    let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let scheme = rest.split_once(':').filter(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    });
    let (scheme, rest) = scheme.map_or((String::new(), rest), |(scheme, rest)| (scheme.to_lowercase(), rest));
    let mut parts: Vec<(&str, String)> = vec![("fragment", fragment.to_owned()), ("query", query.to_owned())];
    let (mut host, mut user, mut path, mut opaque) = ("", "", rest, "");
    if let Some(after) = rest.strip_prefix("//") {
        let (authority, after) = after.find('/').map_or((after, ""), |at| after.split_at(at));
        (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        path = after;
    } else if !scheme.is_empty() && !rest.starts_with('/') {
        (opaque, path) = (rest, "");
    }
    let hostname = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((address, _)) => address,
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    parts.extend([
        ("scheme", scheme),
        ("host", host.to_owned()),
        ("hostname", hostname.to_owned()),
        ("path", unescaped(path)?),
        ("opaque", opaque.to_owned()),
        ("userinfo", user.to_owned()),
    ]);
    Ok(Data::Map(parts.into_iter().map(|(key, value)| (key.into(), Data::from(value))).collect::<Dict>()))
}

fn unescaped(path: &str) -> Result<String, String> {
    let mut parts = path.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(code.ok_or("the URL has a `%` without two digits")?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn url_join(arguments: &mut Arguments) -> Result<Data, String> {
    let dict = arguments.dict(0)?;
    let part = |key: &str| match dict.get(key) {
        None => Ok(String::new()),
        Some(Data::Str(text)) => Ok(text.to_string()),
        Some(other) => Err(format!("`{key}` must be a string, not {}", other.type_name())),
    };
    let (scheme, host, user) = (part("scheme")?, part("host")?, part("userinfo")?);
    let (path, query, opaque, fragment) = (part("path")?, part("query")?, part("opaque")?, part("fragment")?);
    let mut url = if scheme.is_empty() { String::new() } else { format!("{scheme}:") };
    if opaque.is_empty() {
        if !scheme.is_empty() || !host.is_empty() || !user.is_empty() {
            if !host.is_empty() || !path.is_empty() || !user.is_empty() {
                url.push_str("//");
            }
            if !user.is_empty() {
                url.push_str(&format!("{user}@"));
            }
            url.push_str(&host);
        }
        if !path.is_empty() && !path.starts_with('/') && !host.is_empty() {
            url.push('/');
        }
        url.push_str(&escaped_path(&path));
    } else {
        url.push_str(&opaque);
    }
    if !query.is_empty() {
        url.push_str(&format!("?{query}"));
    }
    if !fragment.is_empty() {
        url.push_str(&format!("#{fragment}"));
    }
    Ok(url.into())
}

fn escaped_path(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            b'-' | b'_' | b'.' | b'~' | b'$' | b'&' | b'+' | b',' | b'/' | b':' | b';' | b'=' | b'@' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
