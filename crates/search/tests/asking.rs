//! The search as its callers see it.

use jiff::civil::{Date, date};
use search::{Asked, Document, Fault, Kind, LONGEST_QUERY, MOST_DOCUMENTS, Search, Shelf, Words};

const TODAY: Date = date(2026, 11, 25);

const WORDS: &str = r#"
effective = 2026-01-01
source = "t"
stop = ["的", "我", "了", "要"]
question = ["怎么", "吗"]
terms = ["准运证", "延续", "补办", "歇业", "许可证", "烟草专卖"]
popular = ["开店"]
[[synonym]]
say = ["到期", "续*年"]
mean = ["延续"]
[[synonym]]
say = ["丢了"]
mean = ["补办"]
"#;

fn words() -> Words {
    Words::read("words.toml", WORDS, TODAY).unwrap()
}

fn guide(id: &str, title: &str, body: &str) -> Document {
    Document::new(Kind::Guide, id, title, format!("/guides/{id}")).body(body)
}

fn documents() -> Vec<Document> {
    vec![
        guide("renew", "许可证延续", "有效期届满三十日以前提出。"),
        guide("reissue", "许可证补办", "正本或者副本遗失、毁损的，拨打12313。"),
        guide("close", "歇业", "不再经营的，交回许可证。一证通办。"),
        guide("transport", "烟草专卖品准运证", "运输OFD文件所列的烟草专卖品。"),
    ]
}

fn search() -> Search {
    let search = Search::on(Shelf::Memory).unwrap();
    search.replace(&documents(), words()).unwrap();
    search
}

fn first(search: &Search, query: &str) -> String {
    let found = search.find(&Asked::new(query, TODAY)).unwrap();
    found.hits.first().map(|hit| hit.id.clone()).unwrap_or_default()
}

#[test]
fn words_of_two_characters_mixed_forms_and_words_no_dictionary_has_are_found() {
    let search = search();
    let table = [
        ("歇业", "close"),
        ("补办", "reissue"),
        ("准运证", "transport"),
        ("运证", "transport"),
        ("12313", "reissue"),
        ("１２３１３", "reissue"),
        ("ofd", "transport"),
        ("ＯＦＤ", "transport"),
        ("一证通办", "close"),
        ("副本", "reissue"),
    ];
    for (query, id) in table {
        assert_eq!(first(&search, query), id, "{query}");
    }
}

#[test]
fn everyday_words_pinyin_initials_slips_and_traditional_characters_are_found() {
    let search = search();
    let table = [
        ("我的证到期了怎么续", "renew"),
        ("续五年", "renew"),
        ("丢了", "reissue"),
        ("yanxu", "renew"),
        ("yan xu", "renew"),
        ("yanxi", "renew"),
        ("zyz", "transport"),
        ("言续", "renew"),
        ("蝎业", "close"),
        ("許可證補辦", "reissue"),
    ];
    for (query, id) in table {
        assert_eq!(first(&search, query), id, "{query}");
    }
}

#[test]
fn an_answer_marks_what_was_sought_and_keeps_the_text_as_it_was() {
    let found = search().find(&Asked::new("补办 副本", TODAY)).unwrap();
    let hit = &found.hits[0];
    assert_eq!(hit.title.pieces(), [(false, "许可证"), (true, "补办")]);
    assert!(hit.excerpt.pieces().contains(&(true, "副本")), "{:?}", hit.excerpt);
}

#[test]
fn markup_and_queries_that_are_none_do_no_harm() {
    let search = Search::on(Shelf::Memory).unwrap();
    let evil = guide("evil", "<script>alert(1)</script> 补办", "<b>补办</b>\u{0}\u{202e}");
    search.replace(&[evil], words()).unwrap();
    let found = search.find(&Asked::new("补办", TODAY)).unwrap();
    assert_eq!(found.hits[0].title.text, "<script>alert(1)</script> 补办");
    let long = "补办".repeat(10_000);
    let odd = [
        "",
        " ",
        "\u{0}",
        "*",
        "\"",
        "AND OR NOT",
        "title:补办",
        "补办~2",
        "(((",
        "🀄️🀄️",
        "�",
        &long,
        "a b c d e f g h i j k l",
    ];
    for query in odd {
        search.find(&Asked::new(query, TODAY)).unwrap_or_else(|fault| panic!("{query}: {fault}"));
        search.suggest(query, TODAY, 8).unwrap();
    }
    assert!(long.chars().count() > LONGEST_QUERY);
}

#[test]
fn a_new_generation_takes_the_place_of_the_old_one_and_a_bad_one_does_not() {
    let search = Search::on(Shelf::Memory).unwrap();
    assert!(matches!(search.find(&Asked::new("补办", TODAY)), Err(Fault::NotReady)));
    search.replace(&documents(), words()).unwrap();
    search.replace(&[guide("only", "补办须知", "")], words()).unwrap();
    assert_eq!((search.documents(), first(&search, "补办")), (1, "only".into()));
    let twice = [guide("same", "一", ""), guide("same", "二", "")];
    assert!(matches!(search.replace(&twice, words()), Err(Fault::SameId { .. })));
    let many = vec![guide("x", "x", ""); MOST_DOCUMENTS + 1];
    assert!(matches!(search.replace(&many, words()), Err(Fault::TooMany { .. })));
    assert_eq!(first(&search, "补办"), "only");
    search.replace(&[], words()).unwrap();
    assert_eq!(first(&search, "补办"), "");
}

#[test]
fn answers_come_while_generations_change() {
    let search = search();
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| (0..200).all(|_| first(&search, "补办") == "reissue"));
        for _ in 0..5 {
            search.replace(&documents(), words()).unwrap();
        }
        assert!(asking.join().unwrap());
    });
}

#[test]
fn a_folder_holds_one_generation_and_is_cleared_of_what_was_left() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("generation-left")).unwrap();
    std::fs::write(folder.path().join("keep.txt"), "not ours").unwrap();
    let search = Search::on(Shelf::Folder(folder.path().to_owned())).unwrap();
    search.replace(&documents(), words()).unwrap();
    search.replace(&documents(), words()).unwrap();
    assert_eq!(first(&search, "补办"), "reissue");
    let names = || -> Vec<String> {
        let entries = std::fs::read_dir(folder.path()).unwrap().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names().iter().filter(|name| name.starts_with("generation-")).count(), 1, "{:?}", names());
    drop(search);
    assert_eq!(names(), ["keep.txt"]);
}

#[test]
fn what_is_not_yet_or_no_longer_in_force_and_other_bureaus_documents_stay_hidden() {
    let search = Search::on(Shelf::Memory).unwrap();
    let coming = Document { from: Some(date(2027, 1, 1)), ..guide("coming", "补办新规", "") };
    let gone = Document { until: Some(date(2026, 11, 24)), ..guide("gone", "补办旧规", "") };
    let here = Document { bureau: Some("990101".into()), ..guide("here", "城中区补办", "") };
    let there = Document { bureau: Some("990102".into()), ..guide("there", "桥东区补办", "") };
    search.replace(&[coming, gone, here, there, guide("all", "补办", "")], words()).unwrap();
    let ids = |asked: Asked| -> Vec<String> {
        search.find(&asked).unwrap().hits.into_iter().map(|hit| hit.id).collect()
    };
    let mut found = ids(Asked { bureau: Some("990101".into()), ..Asked::new("补办", TODAY) });
    found.sort();
    assert_eq!(found, ["all", "here"]);
    assert!(ids(Asked::new("补办", date(2027, 1, 1))).contains(&"coming".to_owned()));
}

#[test]
fn pages_follow_each_other_without_gaps_and_kinds_are_counted() {
    let search = Search::on(Shelf::Memory).unwrap();
    let mut many: Vec<Document> =
        (0..25).map(|n| guide(&format!("g{n}"), &format!("补办第{n}种"), "")).collect();
    many.push(Document::new(Kind::Faq, "q", "补办收费吗", "/faq#q"));
    search.replace(&many, words()).unwrap();
    let page = |skip| search.find(&Asked { skip, ..Asked::new("补办", TODAY) }).unwrap();
    let all: Vec<String> =
        [0, 10, 20].into_iter().flat_map(|skip| page(skip).hits).map(|hit| hit.id).collect();
    let distinct: std::collections::HashSet<&String> = all.iter().collect();
    assert_eq!((all.len(), distinct.len(), page(0).total), (26, 26, 26));
    assert_eq!(page(0).kinds, [(Kind::Guide, 25), (Kind::Faq, 1)]);
    let asked = Asked { kind: Some(Kind::Faq), ..Asked::new("补办", TODAY) };
    assert_eq!(search.find(&asked).unwrap().total, 1);
}

#[test]
fn who_finds_nothing_is_offered_something() {
    let found = search().find(&Asked::new("天气预报", TODAY)).unwrap();
    assert!(found.hits.is_empty());
    assert_eq!(found.popular, ["开店"]);
}

#[test]
fn beginnings_pinyin_and_initials_are_completed_each_once_and_the_weightiest_first() {
    let search = Search::on(Shelf::Memory).unwrap();
    let heavy = guide("heavy", "补办许可证正本", "").weight(2.0);
    let light = guide("light", "补办许可证副本", "");
    let keyed = guide("keyed", "遗失怎么办", "").keywords(["补办须知"]);
    search.replace(&[light, heavy, keyed], words()).unwrap();
    let offered = |typed: &str| -> Vec<String> {
        search.suggest(typed, TODAY, 8).unwrap().into_iter().map(|offer| offer.text).collect()
    };
    for typed in ["补办", "buban", "bb", "ＢＵＢＡＮ", "補辦"] {
        assert_eq!(offered(typed), ["补办许可证正本", "补办许可证副本", "遗失怎么办"], "{typed}");
    }
    assert_eq!(search.suggest("补办", TODAY, 1).unwrap().len(), 1);
    assert_eq!(offered("开"), ["开店"]);
    assert!(offered("").is_empty() && offered("，").is_empty());
}

#[test]
fn what_is_not_yet_or_no_longer_in_force_is_not_offered() {
    let search = Search::on(Shelf::Memory).unwrap();
    let coming = Document { from: Some(date(2027, 1, 1)), ..guide("coming", "补办新规", "") };
    let gone = Document { until: Some(date(2026, 11, 24)), ..guide("gone", "补办旧规", "") };
    search.replace(&[coming, gone, guide("now", "补办", "")], words()).unwrap();
    let offered = |typed: &str, day: Date| -> Vec<String> {
        search.suggest(typed, day, 8).unwrap().into_iter().map(|offer| offer.text).collect()
    };
    for typed in ["补办", "bub", "bb"] {
        assert_eq!(offered(typed, TODAY), ["补办"], "{typed}");
    }
    assert!(offered("补办", date(2027, 1, 1)).contains(&"补办新规".to_owned()));
}

#[test]
fn words_of_editors_are_read_while_they_are_typed() {
    let search = search();
    for typed in ["到期", "daoq", "dq", "到", "丢"] {
        let offers = search.suggest(typed, TODAY, 8).unwrap();
        let first = if typed == "丢" { "许可证补办" } else { "许可证延续" };
        assert_eq!(offers.first().map(|offer| offer.text.as_str()), Some(first), "{typed}: {offers:?}");
    }
}

#[test]
fn what_stands_everywhere_does_not_keep_a_rare_word_from_being_found() {
    let search = Search::on(Shelf::Memory).unwrap();
    let many = (0..60_000).map(|n| guide(&format!("g{n}"), "许可证的说明", "烟草专卖许可证的补办和延续"));
    let all: Vec<Document> = many.chain([guide("rare", "许可证的说明", "烟草专卖许可证遇水浸泡")]).collect();
    search.replace(&all, words()).unwrap();
    assert_eq!(first(&search, "烟草专卖许可证浸泡"), "rare");
    assert_eq!(search.find(&Asked::new("许可证", TODAY)).unwrap().total, 200);
}
