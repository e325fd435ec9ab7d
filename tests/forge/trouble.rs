//! Forges that are busy, broken, slow, or that say no.

use std::time::Duration;

use treewright::forge::{
    Access, Client, Connection, ErrorKind, ForgeError, Kind, MergeRequest, Outcome, Target, publish,
};

use super::{
    NOW, Still, access,
    forges::{Forge, KINDS, NUMBER, TOKEN},
    say_with, saying,
    server::{Reply, Server},
    target,
};

fn busy(status: u16, header: &str, value: &str) -> Reply {
    Reply::new(status, r#"{"message": "You have exceeded a limit"}"#).header(header, value)
}

/// Says something on a forge on which this goes wrong, and gives how long it waited, in milliseconds.
fn waits(kind: Kind, method: &'static str, done: bool, faults: &[Reply]) -> Vec<u128> {
    let forge = Forge::start(kind);
    for fault in faults {
        forge.fail(method, done, fault.clone());
    }
    let clock = Still::default();
    let outcome = say_with(&forge, saying("one"), &clock, &access(TOKEN));
    let was_made = matches!(outcome, Ok(Outcome::Created(_)));
    assert!(was_made || done && matches!(outcome, Ok(Outcome::Unchanged(_))), "{kind:?} {outcome:?}");
    assert_eq!(forge.comments().len(), 1, "{kind:?}: exactly one");
    forge.assert_well_formed();
    clock.waited()
}

#[test]
fn a_forge_that_says_how_long_to_wait_is_heard() {
    for kind in KINDS {
        for method in ["GET", "POST"] {
            assert_eq!(waits(kind, method, false, &[busy(429, "Retry-After", "17")]), [17_000]);
        }
    }
    // NOW is 2026-09-21 14:13:20.
    let date = busy(429, "Retry-After", "Mon, 21 Sep 2026 14:13:45 GMT");
    assert_eq!(waits(Kind::GitLab, "GET", false, &[date]), [25_000]);
    let past = busy(503, "Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(waits(Kind::GitLab, "GET", false, &[past]), [0]);
    // GitHub says it with headers of its own, and with another status.
    let reset = (NOW + 40).to_string();
    let used_up = busy(403, "x-ratelimit-remaining", "0").header("x-ratelimit-reset", reset);
    assert_eq!(waits(Kind::GitHub, "GET", false, &[used_up]), [40_000]);
    let secondary = Reply::new(403, r#"{"message": "You have exceeded a secondary rate limit."}"#);
    assert_eq!(waits(Kind::GitHub, "POST", false, &[secondary]), [60_000]);
    assert_eq!(waits(Kind::Gitea, "GET", false, &[Reply::new(429, "")]), [60_000]);
}

#[test]
fn a_broken_forge_is_asked_again_after_longer_and_longer() {
    for kind in KINDS {
        let broken = [500, 502, 503, 504].map(|status| Reply::new(status, "<html>Bad gateway</html>"));
        assert_eq!(waits(kind, "GET", false, &broken), [500, 1000, 2000, 4000], "{kind:?}");
    }
}

/// Nobody can tell whether a comment was made when the answer is lost. To make it again may make it twice; to look again does not.
#[test]
fn a_lost_answer_makes_no_second_comment() {
    for kind in KINDS {
        for reply in [Reply::new(502, ""), Reply::HangUp, Reply::Truncated(502, "x".repeat(100))] {
            assert_eq!(waits(kind, "POST", true, std::slice::from_ref(&reply)), [500], "{kind:?} {reply:?}");
            assert_eq!(waits(kind, "POST", false, std::slice::from_ref(&reply)), [500], "{kind:?} {reply:?}");
        }
    }
}

#[test]
fn answers_that_break_off_are_asked_for_again() {
    for kind in KINDS {
        let list = Reply::Truncated(200, "[]".repeat(30));
        assert_eq!(waits(kind, "GET", false, &[list, Reply::HangUp]).len(), 2);
        // Cut off where even the length fits.
        assert_eq!(waits(kind, "GET", false, &[Reply::new(200, r#"[{"id": 1"#)]), [500], "{kind:?}");
    }
}

#[test]
fn a_forge_that_never_answers() {
    let forge = Forge::start(Kind::GitLab);
    for _ in 0..6 {
        forge.fail("GET", false, Reply::Silence);
    }
    let connection = Connection { patience: Duration::from_millis(50), ..Connection::default() };
    let clock = Still::default();
    let error = say_with(&forge, saying("one"), &clock, &Access { connection, ..access(TOKEN) }).expect_err("an error");
    assert_eq!(error.message, "127.0.0.1 cannot be reached: no answer within the time for it, 6 times");
    assert_eq!(clock.waited(), [500, 1000, 2000, 4000, 8000]);
}

#[test]
fn nobody_there() {
    let gone = {
        let server = Server::start(|_| Reply::HangUp);
        server.url()
    };
    let clock = Still::default();
    let target = super::target(Kind::Gitea, &format!("{gone}/api/v1"));
    let client = treewright::forge::Client::new(&target, &access(TOKEN), &clock).expect("a client");
    let error = treewright::forge::publish(&target, &client, saying("one")).expect_err("an error");
    assert_eq!(error.message, "127.0.0.1 cannot be reached: the connection was refused, 6 times");
}

/// No job waits longer than it is told to.
#[test]
fn the_whole_time_has_an_end() {
    let forge = Forge::start(Kind::GitHub);
    forge.fail("GET", false, busy(429, "Retry-After", "3600"));
    let clock = Still::default();
    let error = say_with(&forge, saying("one"), &clock, &access(TOKEN)).expect_err("an error");
    assert_eq!(
        error.message,
        "127.0.0.1 gets too many requests: You have exceeded a limit (429); to try again in 3600 s is too late"
    );
    assert!(error.hint.is_some_and(|hint| hint.contains("--timeout")));
    assert_eq!(clock.waited(), [0u128; 0]);
    // Any number may come.
    for seconds in [u64::MAX.to_string(), "99999999999999999999999".to_owned(), "-1".to_owned()] {
        let forge = Forge::start(Kind::GitHub);
        forge.fail("GET", false, busy(429, "Retry-After", &seconds));
        let said = say_with(&forge, saying("one"), &Still { chance: 1.0, ..Still::default() }, &access(TOKEN));
        assert_eq!(said.is_err(), seconds == u64::MAX.to_string(), "{seconds}: {said:?}");
    }
    // Waits add up.
    let forge = Forge::start(Kind::GitHub);
    for _ in 0..3 {
        forge.fail("GET", false, busy(429, "Retry-After", "120"));
    }
    let error = say_with(&forge, saying("one"), &clock, &access(TOKEN)).expect_err("an error");
    assert!(error.message.contains("too late"), "{error:?}");
    assert_eq!(clock.waited(), [120_000, 120_000]);
}

/// The error of a forge that answers everything so.
fn refused(kind: Kind, reply: Reply) -> ForgeError {
    let forge = Forge::start(kind);
    forge.fail("GET", false, reply);
    let clock = Still::default();
    let error = say_with(&forge, saying("one"), &clock, &access(TOKEN)).expect_err("an error");
    assert_eq!(clock.waited(), [0u128; 0], "it would be the same again");
    assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
    error
}

#[test]
fn a_forge_that_says_no_is_understood() {
    for kind in KINDS {
        // A forge could repeat the token.
        let error = refused(kind, Reply::new(401, format!("{{\"message\": \"bad credentials {TOKEN}\"}}")));
        assert_eq!(error.message, "127.0.0.1 does not accept the token: bad credentials (token) (401)");
        assert_eq!(error.kind, ErrorKind::Denied);
        let error = refused(kind, Reply::new(403, r#"{"message": "Resource not accessible by integration"}"#));
        assert!(error.message.contains("Resource not accessible by integration (403)"), "{error:?}");
        let word = match kind {
            Kind::GitHub => "pull-requests: write",
            Kind::GitLab => "scope `api`",
            Kind::Gitea => "`write:issue`",
        };
        assert!(error.hint.as_ref().is_some_and(|hint| hint.contains(word)), "{error:?}");
        let error = refused(kind, Reply::new(404, r#"{"message": "Not Found"}"#));
        assert!(error.kind == ErrorKind::NotFound && error.hint.is_some(), "{error:?}");
        assert!(error.message.contains("Not Found (404)"), "{error:?}");
        let error = refused(kind, Reply::new(200, "<!doctype html><title>Sign in</title>"));
        assert_eq!(error.message, "127.0.0.1 does not answer as a forge does");
        let error = refused(kind, Reply::new(200, r#"{"login": "tess"}"#));
        let meant = if kind == Kind::Gitea { "the merge request" } else { "a list of comments" };
        assert_eq!(error.message, format!("the forge answers with something else than {meant}"));
    }
}

/// Gitea answers as if it had failed itself when comments of something are asked for that is not there.
#[test]
fn a_merge_request_that_is_not_there() {
    for kind in KINDS {
        let forge = Forge::start(kind);
        let clock = Still::default();
        let target = Target { request: MergeRequest::Number(NUMBER + 70), ..target(kind, &forge.api()) };
        let access = access(TOKEN);
        let client = Client::new(&target, &access, &clock).expect("a client");
        let error = publish(&target, &client, saying("one")).expect_err("an error");
        assert_eq!((error.kind, clock.waited().len()), (ErrorKind::NotFound, 0), "{error:?}");
    }
}

#[test]
fn a_comment_that_is_too_long_is_said_to_be() {
    let forge = Forge::start(Kind::GitHub);
    let said = r#"{"message": "Validation Failed", "errors": [{"message": "Body is too long (maximum is 65536 characters)"}]}"#;
    forge.fail("POST", false, Reply::new(422, said));
    let error = say_with(&forge, saying("one"), &Still::default(), &access(TOKEN)).expect_err("an error");
    assert!(error.message.ends_with("Validation Failed (422)"), "{error:?}");
    assert!(error.hint.is_some_and(|hint| hint.contains("--max-length")));
}

/// Somebody deletes the comment between the look and the change.
#[test]
fn a_comment_that_goes_away_meanwhile_is_made_anew() {
    for (kind, change) in [(Kind::GitHub, "PATCH"), (Kind::GitLab, "PUT"), (Kind::Gitea, "PATCH")] {
        let forge = Forge::start(kind);
        super::say(&forge, saying("one")).expect("made");
        forge.fail(change, false, Reply::new(404, "{}"));
        let clock = Still::default();
        let done = say_with(&forge, saying("two"), &clock, &access(TOKEN)).expect("done");
        assert!(matches!(done, Outcome::Updated(_)), "{done:?}");
        // One that stays forbidden is not tried for ever.
        for _ in 0..3 {
            forge.fail(change, false, Reply::new(404, "{}"));
        }
        let error = say_with(&forge, saying("three"), &clock, &access(TOKEN)).expect_err("an error");
        assert!(error.message.ends_with("(404)"), "{error:?}");
        assert_eq!(clock.waited(), [0u128; 0]);
    }
}

#[test]
fn redirects_stay_on_the_host() {
    for kind in KINDS {
        for status in [301, 302, 307, 308] {
            let forge = Forge::start(kind);
            // A repository that has another name now.
            let to = |place: String| Reply::new(status, "").header("Location", place);
            let list = match kind {
                Kind::GitLab => "/api/v4/projects/site%2Fclusters/merge_requests/7/notes?per_page=100&sort=asc&page=1",
                Kind::GitHub => "/api/v3/repos/site/clusters/issues/7/comments?per_page=100",
                Kind::Gitea => "/api/v1/repos/site/clusters/issues/7",
            };
            forge.fail("GET", false, to(format!("{}{list}", forge.server.url())));
            forge.fail("GET", false, to(list.to_owned()));
            let done = say_with(&forge, saying("one"), &Still::default(), &access(TOKEN));
            assert!(matches!(done, Ok(Outcome::Created(_))), "{kind:?} {status} {done:?}");
            forge.assert_well_formed();
        }
    }
    // What is sent goes along.
    let forge = Forge::start(Kind::Gitea);
    forge.fail("POST", false, Reply::new(307, "").header("Location", "/api/v1/repos/site/clusters/issues/7/comments"));
    assert!(super::say(&forge, saying("one")).is_ok());
    assert_eq!(forge.comments()[0].body, "<!-- treewright:diff -->\none");
}

/// Whoever can make a forge redirect must not get the token.
#[test]
fn no_other_host_gets_the_token() {
    for kind in KINDS {
        for method in ["GET", "POST"] {
            let other = Server::start(|_| Reply::new(200, "[]"));
            // Another port is another host.
            for place in [
                other.url(),
                other.url().replace("127.0.0.1", "localhost"),
                "//evil.example/x".to_owned(),
                "ftp://127.0.0.1/".to_owned(),
                String::new(),
            ] {
                let forge = Forge::start(kind);
                forge.fail(method, false, Reply::new(307, "").header("Location", format!("{place}/api?token={TOKEN}")));
                let error = say_with(&forge, saying("one"), &Still::default(), &access(TOKEN));
                if place.is_empty() {
                    continue;
                }
                let error = error.expect_err("an error");
                assert!(error.message.contains("sends elsewhere, to"), "{error:?}");
                assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
            }
            assert_eq!(other.calls(), Vec::<String>::new());
        }
    }
    // The same holds for the link to a next page.
    let other = Server::start(|_| Reply::new(200, "[]"));
    let forge = Forge::start(Kind::GitHub);
    forge.fail("GET", false, Reply::new(200, "[]").header("Link", format!("<{}/page2>; rel=\"next\"", other.url())));
    let error = say_with(&forge, saying("one"), &Still::default(), &access(TOKEN)).expect_err("an error");
    assert!(error.message.contains("sends elsewhere"), "{error:?}");
    assert_eq!(other.calls(), Vec::<String>::new());
}

#[test]
fn a_redirect_to_itself_ends() {
    let server = Server::start(|request| Reply::new(307, "").header("Location", request.target.clone()));
    let clock = Still::default();
    let target = super::target(Kind::Gitea, &format!("{}/api/v1", server.url()));
    let client = treewright::forge::Client::new(&target, &access(TOKEN), &clock).expect("a client");
    let error = treewright::forge::publish(&target, &client, saying("one")).expect_err("an error");
    assert_eq!(error.message, "127.0.0.1 only sends from one address to another");
}

/// Nothing shows the token, whatever it is printed with.
#[test]
fn the_token_is_in_the_headers_alone() {
    let forge = Forge::start(Kind::GitHub);
    super::say(&forge, saying(&format!("a text with {TOKEN} in it"))).expect("made");
    assert_eq!(forge.comments()[0].body, "<!-- treewright:diff -->\na text with (token) in it");
    for request in forge.server.asked() {
        assert!(!request.target.contains(TOKEN) && !request.body.contains(TOKEN), "{request:?}");
        let with: Vec<&String> =
            request.headers.iter().filter(|(_, value)| value.contains(TOKEN)).map(|(name, _)| name).collect();
        assert_eq!(with, ["authorization"]);
    }
    assert!(!format!("{:?}", access(TOKEN)).contains(TOKEN));
}
