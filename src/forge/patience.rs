//! How long to wait before a request is tried again, and when to give up.
//!
//! Must not know what is asked, nor how it is sent.

use std::{
    hash::{BuildHasher, RandomState},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::text::days_since_1970;

/// Time and chance, so that tests need neither.
pub trait Clock {
    /// How long the job runs already.
    fn elapsed(&self) -> Duration;
    /// Seconds since 1970.
    fn now(&self) -> u64;
    /// Lets time pass.
    fn pause(&self, time: Duration);
    /// A random number from 0 to 1.
    fn chance(&self) -> f64;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    begin: Instant,
}

impl SystemClock {
    /// Starts now.
    pub fn start() -> Self {
        Self { begin: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn elapsed(&self) -> Duration {
        self.begin.elapsed()
    }

    fn now(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn chance(&self) -> f64 {
        // The keys of a hasher come from the system's source of randomness, new for each.
        let random = u32::try_from(RandomState::new().hash_one(0) >> 32).unwrap_or_default();
        f64::from(random) / f64::from(u32::MAX)
    }
}

/// How often one request is sent at most.
pub(super) const MOST_TRIES: u32 = 6;

/// The first wait; each later one is twice as long, up to the longest.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// How long to wait before try `number`, from 1. What a forge asks for is kept, and never cut short; otherwise waits grow, and are spread so that jobs that failed
/// together do not come back together.
pub(super) fn wait(number: u32, asked: Option<Duration>, clock: &dyn Clock) -> Duration {
    if let Some(asked) = asked {
        // A forge may ask for any number of seconds.
        return asked.saturating_add(asked.mul_f64(clock.chance() / 10.0));
    }
    let grown = FIRST.saturating_mul(2u32.saturating_pow(number.saturating_sub(1))).min(LONGEST);
    grown.mul_f64(0.5 + clock.chance() / 2.0)
}

/// How long a forge asks to wait, as RFC 9110 has it in `Retry-After` (seconds or a date), or as GitHub has it in `x-ratelimit-reset` once `x-ratelimit-remaining` is 0.
pub(super) fn asked<'h>(header: impl Fn(&str) -> Option<&'h str>, now: u64) -> Option<Duration> {
    if let Some(text) = header("retry-after").map(str::trim) {
        let seconds = text.parse().ok().or_else(|| Some(date(text)?.saturating_sub(now)));
        return seconds.map(Duration::from_secs);
    }
    if header("x-ratelimit-remaining")?.trim() != "0" {
        return None;
    }
    let reset: u64 = header("x-ratelimit-reset")?.trim().parse().ok()?;
    Some(Duration::from_secs(reset.saturating_sub(now)))
}

/// Seconds since 1970 of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that RFC 9110 lets senders use.
fn date(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let day: i64 = parts.next()?.parse().ok()?;
    let month = parts.next()?;
    let month = i64::try_from(MONTHS.iter().position(|name| *name == month)?).ok()?;
    let year: i64 = parts.next()?.parse().ok().filter(|year| (1970..10_000).contains(year))?;
    let time: Vec<i64> = parts.next()?.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let &[hour, minute, second] = time.as_slice() else { return None };
    if parts.next()? != "GMT"
        || !(1..=31).contains(&day)
        || !(0..24).contains(&hour)
        || !(0..60).contains(&minute)
        || !(0..=60).contains(&second)
    {
        return None;
    }
    // Years begin in March here, so that the day that comes every four years is the last one of a year.
    let seconds = days_since_1970(year, month + 1, day) * 86_400 + hour * 3600 + minute * 60 + second;
    u64::try_from(seconds).ok()
}
