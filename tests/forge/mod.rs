//! Comments on merge requests, against forges of our own on the loopback address, and against a real Gitea where there is one.

mod act;
mod address;
mod command;
mod comments;
mod forges;
mod gitlab_ci_local;
mod long;
mod real_gitea;
mod recipes;
mod server;
mod tls;
mod trouble;
mod untrusted;

use std::{cell::RefCell, time::Duration};

use treewright::forge::{
    Access, Client, Clock, Comment, Connection, ForgeError, Kind, MergeRequest, Outcome, Target, Token, WhenEmpty,
    publish,
};

use forges::{Forge, NUMBER, TOKEN};

/// A clock on which time passes by waiting alone.
#[derive(Default)]
pub struct Still {
    pub waits: RefCell<Vec<Duration>>,
    /// What chance always gives.
    pub chance: f64,
}

/// The time that it is, in seconds since 1970.
pub const NOW: u64 = 1_790_000_000;

impl Clock for Still {
    fn elapsed(&self) -> Duration {
        self.waits.borrow().iter().sum()
    }

    fn now(&self) -> u64 {
        NOW + self.elapsed().as_secs()
    }

    fn pause(&self, time: Duration) {
        self.waits.borrow_mut().push(time);
    }

    fn chance(&self) -> f64 {
        self.chance
    }
}

impl Still {
    /// How long it waited, in milliseconds.
    pub fn waited(&self) -> Vec<u128> {
        self.waits.borrow().iter().map(Duration::as_millis).collect()
    }
}

pub fn access(token: &str) -> Access {
    Access {
        token: Token::new(token).expect("a token"),
        connection: Connection::default(),
        patience: Duration::from_mins(5),
    }
}

pub fn target(kind: Kind, api: &str) -> Target {
    Target { kind, api: api.to_owned(), project: "site/clusters".to_owned(), request: MergeRequest::Number(NUMBER) }
}

/// The comment of the name `diff`.
pub fn saying(text: &str) -> Comment<'_> {
    Comment { name: "diff", text, is_empty: false, when_empty: WhenEmpty::Update }
}

/// Says something on a forge of ours.
pub fn say(forge: &Forge, comment: Comment<'_>) -> Result<Outcome, ForgeError> {
    let done = say_with(forge, comment, &Still::default(), &access(TOKEN));
    forge.assert_well_formed();
    done
}

pub fn say_with(forge: &Forge, comment: Comment<'_>, clock: &Still, access: &Access) -> Result<Outcome, ForgeError> {
    let target = target(forge.state(|state| state.kind), &forge.api());
    let client = Client::new(&target, access, clock)?;
    publish(&target, &client, comment)
}
