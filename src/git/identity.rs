//! Who made a commit, and when: environment variables first, then the configuration, as Git decides it.
//!
//! Must not know commits.

use git2::{Config, Signature, Time};

use super::{Environment, GitError, GitErrorKind, repository::setting};
use crate::text::days_since_1970;

/// The two people of a commit.
#[derive(Clone, Copy)]
pub(super) enum Role {
    /// Who wrote the change.
    Author,
    /// Who made the commit.
    Committer,
}

/// Finds the identity for a role. Nothing is guessed from the machine's or the user's name.
pub(super) fn signature(
    role: Role,
    config: &Config,
    environment: &Environment,
) -> Result<Signature<'static>, GitError> {
    let (variable, section) = match role {
        Role::Author => ("GIT_AUTHOR", "author"),
        Role::Committer => ("GIT_COMMITTER", "committer"),
    };
    let find = |what: &str| -> Result<Option<String>, GitError> {
        if let Some(value) = environment.get(&format!("{variable}_{}", what.to_ascii_uppercase())) {
            return Ok(Some(value));
        }
        for section in [section, "user"] {
            let value = setting(config.get_string(&format!("{section}.{what}")))?;
            if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
                return Ok(Some(value));
            }
        }
        Ok(None)
    };
    let name = find("name")?.ok_or_else(|| unknown("name"))?;
    let email = find("email")?.or_else(|| environment.get("EMAIL")).ok_or_else(|| unknown("email address"))?;
    let now = Signature::now(&name, &email)?;
    let date = format!("{variable}_DATE");
    match environment.get(&date) {
        None => Ok(now),
        Some(text) => {
            let time = parse_date(&text, now.when().offset_minutes()).ok_or_else(|| {
                GitError::new(GitErrorKind::BadDate, format!("{date} is `{text}`, which is no date"))
                    .with_hint("write it as 2025-01-31T12:00:00+01:00, or as seconds since 1970 and a zone")
            })?;
            Ok(Signature::new(&name, &email, &time)?)
        }
    }
}

fn unknown(what: &str) -> GitError {
    GitError::new(GitErrorKind::NoIdentity, format!("Git does not know the {what} to commit with")).with_hint(
        "run: git config --global user.name \"Your Name\"\nand: git config --global user.email you@example.org",
    )
}

/// Reads Git's own form (`1112926393 +0200`, with or without `@`), ISO 8601 and RFC 2822. `local` is the zone where none is written.
fn parse_date(text: &str, local: i32) -> Option<Time> {
    let words: Vec<&str> = text.trim().trim_start_matches('@').split_whitespace().collect();
    match words.as_slice() {
        [seconds] if digits(seconds) => Some(Time::new(seconds.parse().ok()?, local)),
        [seconds, zone] if digits(seconds) => Some(Time::new(seconds.parse().ok()?, parse_zone(zone)?)),
        [weekday, day, month, year, clock, zone] if weekday.ends_with(',') => {
            let month = MONTHS.iter().position(|name| month.eq_ignore_ascii_case(name))?;
            let month = i64::try_from(month).ok()? + 1;
            moment((year.parse().ok()?, month, day.parse().ok()?), clock, parse_zone(zone)?)
        }
        [date, clock, zone] => moment(parse_day(date)?, clock, parse_zone(zone)?),
        [date, clock] => moment_with_zone(date, clock, local),
        [both] => {
            let (date, clock) = both.split_once('T')?;
            moment_with_zone(date, clock, local)
        }
        _ => None,
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn digits(text: &str) -> bool {
    text.len() > 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn moment_with_zone(date: &str, clock: &str, local: i32) -> Option<Time> {
    match clock.find(['Z', '+', '-']) {
        Some(at) => moment(parse_day(date)?, clock.get(..at)?, parse_zone(clock.get(at..)?)?),
        None => moment(parse_day(date)?, clock, local),
    }
}

fn moment((year, month, day): (i64, i64, i64), clock: &str, zone: i32) -> Option<Time> {
    let mut parts = clock.split(':').map(|part| part.split('.').next()?.parse::<i64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    let in_range = (1970..10_000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !in_range || hour > 23 || minute > 59 || second > 60 || parts.next().is_some() {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(Time::new(seconds - i64::from(zone) * 60, zone))
}

fn parse_day(text: &str) -> Option<(i64, i64, i64)> {
    let mut parts = text.split('-').map(str::parse);
    let day = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    parts.next().is_none().then_some(day)
}

/// Reads `+0200`, `+02:00` or `Z` as minutes.
fn parse_zone(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let figures = text.get(1..)?.replace(':', "");
    if figures.len() != 4 {
        return None;
    }
    let (hours, minutes) = figures.split_at_checked(2)?;
    Some(sign * (hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::parse_date;

    #[test]
    fn every_spelling_of_one_moment_is_the_same_moment() {
        for text in [
            "1112911993 +0200",
            "@1112911993 +0200",
            "2005-04-08T00:13:13+02:00",
            "2005-04-08T00:13:13+0200",
            "2005-04-08 00:13:13 +0200",
            "2005-04-08T00:13:13",
            "2005-04-08 00:13:13",
            "Fri, 08 Apr 2005 00:13:13 +0200",
        ] {
            let time = parse_date(text, 120).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((time.seconds(), time.offset_minutes()), (1_112_911_993, 120), "{text}");
        }
        let leap = parse_date("2024-02-29T12:00:00Z", 0).unwrap();
        assert_eq!(leap.seconds(), 1_709_208_000);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "yesterday", "2005-04-08", "2005-13-08T00:00:00Z", "2005-04-08T25:00:00Z", "1112911993 2"] {
            assert!(parse_date(text, 0).is_none(), "{text}");
        }
    }
}
