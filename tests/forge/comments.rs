//! One comment of a name, whatever happens around it.

use treewright::forge::{Comment, Kind, MergeRequest, Outcome, WhenEmpty, marker, publish};

use super::{
    Still, access,
    forges::{Forge, KINDS, ME, TOKEN},
    say, saying, target,
};

/// What a comment says, without its mark.
fn texts(forge: &Forge) -> Vec<String> {
    forge.comments().iter().map(|comment| comment.body.replace("<!-- treewright:diff -->\n", "")).collect()
}

#[test]
fn it_is_made_changed_and_left() {
    for kind in KINDS {
        let forge = Forge::start(kind);
        forge.written(2, "alice", "Looks good");
        let made = say(&forge, saying("one")).expect("made");
        assert!(matches!(&made, Outcome::Created(Some(_))), "{kind:?} {made:?}");
        assert_eq!(forge.comments()[2].body, "<!-- treewright:diff -->\none");
        assert!(matches!(say(&forge, saying("one")), Ok(Outcome::Unchanged(Some(_)))), "{kind:?}");
        assert!(matches!(say(&forge, saying("two")), Ok(Outcome::Updated(Some(_)))), "{kind:?}");
        assert_eq!(texts(&forge), ["Looks good", "Looks good", "two"], "{kind:?}");
        // Another name is another comment.
        say(&forge, Comment { name: "staging", ..saying("three") }).expect("made");
        assert_eq!(texts(&forge), ["Looks good", "Looks good", "two", "<!-- treewright:staging -->\nthree"]);
    }
}

#[test]
fn a_comment_that_comes_back_with_other_line_breaks_is_the_same() {
    let forge = Forge::start(Kind::GitHub);
    forge.written(1, ME, "<!-- treewright:diff -->\r\none\r\n\r\ntwo");
    assert!(matches!(say(&forge, saying("one\n\ntwo\n")), Ok(Outcome::Unchanged(_))));
}

#[test]
fn what_becomes_of_it_once_there_is_nothing_to_say() {
    for kind in KINDS {
        for (when_empty, with_one, left) in [
            (WhenEmpty::Delete, Outcome::Deleted, vec!["Hello"]),
            (WhenEmpty::Keep, Outcome::Nothing, vec!["Hello", "one"]),
            (WhenEmpty::Update, Outcome::Updated(None), vec!["Hello", "nothing"]),
        ] {
            let forge = Forge::start(kind);
            forge.written(1, "alice", "Hello");
            let empty = Comment { is_empty: true, when_empty, ..saying("nothing") };
            assert_eq!(say(&forge, empty), Ok(Outcome::Nothing), "none is made to say nothing");
            assert_eq!(texts(&forge), ["Hello"]);
            say(&forge, saying("one")).expect("made");
            let done = say(&forge, empty).expect("done");
            assert_eq!(std::mem::discriminant(&done), std::mem::discriminant(&with_one), "{kind:?} {done:?}");
            assert_eq!(texts(&forge), left, "{kind:?}");
        }
    }
}

#[test]
fn it_is_found_behind_hundreds_of_others() {
    for (kind, pages) in [(Kind::GitHub, 4), (Kind::GitLab, 4), (Kind::Gitea, 2)] {
        let forge = Forge::start(kind);
        forge.written(250, "alice", "Hello");
        say(&forge, saying("one")).expect("made");
        forge.written(70, "bob", "Hello, too");
        let before = forge.server.calls().len();
        assert!(matches!(say(&forge, saying("two")), Ok(Outcome::Updated(_))), "{kind:?}");
        assert_eq!(forge.comments().len(), 321);
        assert_eq!(texts(&forge)[250], "two");
        // The pages, who we are, and the change; on Gitea also whether the pull request is there.
        assert_eq!(forge.server.calls().len() - before, pages + 2, "{:#?}", forge.server.calls());
    }
}

/// Others could put our mark into their comments, to have a say in what stands in ours.
#[test]
fn comments_of_others_are_left_alone() {
    for kind in KINDS {
        let forge = Forge::start(kind);
        let theirs = format!("{}\nAll is well", marker("diff"));
        forge.written(1, "mallory", &theirs);
        let quoted = format!("> {}\nold", marker("diff"));
        forge.written(1, ME, &quoted);
        forge.written(1, ME, &marker("difference"));
        assert!(matches!(say(&forge, saying("one")), Ok(Outcome::Created(_))), "{kind:?}");
        let bodies: Vec<String> = forge.comments().into_iter().map(|comment| comment.body).collect();
        assert_eq!(bodies[..3], [theirs, quoted, marker("difference")]);
    }
}

/// The token of a workflow on GitHub may not ask who it is, but is that of a program; elsewhere the mark has to do.
#[test]
fn tokens_that_may_not_ask_who_they_are() {
    for kind in KINDS {
        let forge = Forge::start(kind);
        forge.state(|state| state.named = false);
        if kind == Kind::GitHub {
            forge.written(1, "mallory", &marker("diff"));
        }
        say(&forge, saying("one")).expect("made");
        assert!(matches!(say(&forge, saying("two")), Ok(Outcome::Updated(_))), "{kind:?}");
        assert_eq!(texts(&forge).last().map(String::as_str), Some("two"), "{kind:?}");
    }
}

#[test]
fn of_several_the_oldest_stays() {
    for kind in KINDS {
        let forge = Forge::start(kind);
        for text in ["one", "two", "three"] {
            forge.written(1, ME, &format!("{}\n{text}", marker("diff")));
        }
        let first = forge.comments()[0].id;
        assert!(matches!(say(&forge, saying("four")), Ok(Outcome::Updated(_))));
        assert_eq!(forge.comments().iter().map(|comment| comment.id).collect::<Vec<_>>(), [first]);
        assert_eq!(texts(&forge), ["four"], "{kind:?}");
    }
}

/// A run that follows another one is told a commit and a branch, not a number.
#[test]
fn the_merge_request_is_found_by_its_newest_commit() {
    use super::server::{Reply, Server};
    for (kind, calls) in [
        (Kind::GitHub, "GET /api/v3/repos/site/clusters/pulls?state=open&head=mallory%3Afix%231&per_page=100"),
        (Kind::Gitea, "GET /api/v1/repos/site/clusters/pulls?state=open&limit=50"),
    ] {
        for (commit, found) in [("c0ffee", true), ("beef", false)] {
            let server = Server::start(|request| match (request.method.as_str(), request.path().ends_with("/pulls")) {
                ("GET", true) => Reply::new(
                    200,
                    r#"[{"number": 3, "head": {"sha": "abc"}}, {"number": 9, "head": {"sha": "c0ffee"}}]"#,
                ),
                ("GET", false) => Reply::new(200, "[]"),
                _ => Reply::new(201, r#"{"id": 1, "body": ""}"#),
            });
            let head = MergeRequest::Head {
                owner: "mallory".to_owned(),
                branch: "fix#1".to_owned(),
                commit: commit.to_owned(),
            };
            let target = treewright::forge::Target { request: head, ..target(kind, &kind.api_of(&server.url())) };
            let clock = Still::default();
            let client = treewright::forge::Client::new(&target, &access(TOKEN), &clock).expect("a client");
            let done = publish(&target, &client, saying("one"));
            assert_eq!(server.calls()[0], calls);
            if found {
                assert_eq!(done, Ok(Outcome::Created(None)));
                assert!(
                    server.calls().last().is_some_and(|call| call.starts_with("POST") && call.contains("/issues/9/"))
                );
            } else {
                assert_eq!(done, Ok(Outcome::MovedOn));
                assert_eq!(server.calls().len(), 1);
            }
        }
    }
}
