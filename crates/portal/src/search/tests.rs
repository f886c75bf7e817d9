//! The kept list of questions, held against what the site ships.

use ::search::{Asked, Kind, Search};
use catalog::Catalogue;
use jiff::civil::{Date, date};

use super::{Lists, build, documents};

/// What is asked, what must come first, and why the line stands there.
const QUERIES: &str = include_str!("../../../search/tests/queries.tsv");
/// Of a hundred questions this many must have their answer on top (issue 4).
const TOP_ONE: f64 = 90.0;

const TODAY: Date = date(2026, 11, 25);

fn site() -> Search {
    let catalogue = Catalogue::embedded().unwrap();
    let Lists { words, pages } = Lists::of(&catalogue, TODAY).unwrap();
    build(&catalogue, pages, words, TODAY).unwrap()
}

fn lines() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    QUERIES.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).map(|line| {
        let mut columns = line.split('\t');
        let query = columns.next().unwrap_or_default();
        (query, columns.next().unwrap_or_default().split('|').collect())
    })
}

#[test]
fn nine_of_ten_kept_questions_have_their_answer_on_top() {
    let search = site();
    let (mut asked, mut on_top, mut on_the_page) = (0, 0, 0);
    for (query, expected) in lines() {
        asked += 1;
        let found = search.find(&Asked::new(query, TODAY)).unwrap();
        let ids: Vec<String> = found.hits.iter().map(|hit| format!("{}:{}", hit.kind, hit.id)).collect();
        let place = ids.iter().position(|id| expected.contains(&id.as_str()));
        on_top += usize::from(place == Some(0));
        on_the_page += usize::from(place.is_some());
        if place != Some(0) {
            let first = ids.first().map(String::as_str).unwrap_or("nothing");
            println!("{query}: {first} came first, {} expected (found at {place:?})", expected[0]);
        }
    }
    let share = |count: usize| 100.0 * count as f64 / asked as f64;
    println!(
        "{asked} questions: {:.1} % on top, {:.1} % on the first page",
        share(on_top),
        share(on_the_page)
    );
    assert!(asked >= 200, "the list has shrunk to {asked} questions");
    assert!(share(on_top) >= TOP_ONE, "{:.1} % of the questions have their answer on top", share(on_top));
}

#[test]
fn what_shops_need_comes_before_what_only_enterprises_need_unless_it_is_named() {
    let catalogue = Catalogue::embedded().unwrap();
    let slugs = |for_shops: bool| -> Vec<&str> {
        let of = catalogue.items().iter().filter(|item| item.is_person_served() == for_shops);
        of.map(|item| item.slug.as_str()).collect()
    };
    let (shops, enterprises) = (slugs(true), slugs(false));
    assert!(!shops.is_empty() && enterprises.len() > 5);
    let search = site();
    let of_shops_first = |query: &str| {
        let found = search.find(&Asked::new(query, TODAY)).unwrap();
        let place = |slugs: &[&str]| {
            found.hits.iter().position(|hit| slugs.contains(&hit.id.split('/').next().unwrap_or_default()))
        };
        match (place(&shops), place(&enterprises)) {
            (Some(shop), Some(enterprise)) => shop < enterprise,
            (shop, _) => shop.is_some(),
        }
    };
    for query in [
        "开店",
        "卖烟",
        "办证",
        "换名",
        "换法人",
        "搬家",
        "新办",
        "变更",
        "延续",
        "到期",
        "停业",
        "恢复营业",
        "补办",
        "丢了",
        "歇业",
        "注销",
        "许可证",
        "材料",
        "流程",
        "条件",
        "几天",
        "申请表",
        "办理地点",
    ] {
        assert!(of_shops_first(query), "{query}");
    }
    for query in ["烟草批发", "准运证", "生产许可证变更", "批发许可证延续", "烟叶收购站"]
    {
        assert!(!of_shops_first(query), "{query}");
    }
}

#[test]
fn every_expected_answer_exists() {
    let catalogue = Catalogue::embedded().unwrap();
    let pages = Lists::of(&catalogue, TODAY).unwrap().pages;
    let all: Vec<String> = documents(&catalogue, TODAY)
        .iter()
        .chain(&pages)
        .map(|document| format!("{}:{}", document.kind, document.id))
        .collect();
    for (query, expected) in lines() {
        for id in expected {
            assert!(all.iter().any(|known| known == id), "{query}: there is no {id}");
        }
    }
}

#[test]
fn what_the_site_does_not_offer_is_not_found() {
    let search = site();
    for query in ["天气预报", "公积金提取", "火车票", "asdfghjkl", "护照"] {
        let found = search.find(&Asked::new(query, TODAY)).unwrap();
        assert!(found.hits.is_empty(), "{query}: {:?}", found.hits.first().map(|hit| &hit.title.text));
        assert!(!found.popular.is_empty(), "{query}: nothing is offered instead");
    }
}

#[test]
fn every_kind_the_site_has_can_be_asked_for_alone() {
    let search = site();
    for kind in [Kind::Item, Kind::Guide, Kind::Faq, Kind::Law, Kind::Page] {
        let asked = Asked { kind: Some(kind), ..Asked::new("许可证", TODAY) };
        let found = search.find(&asked).unwrap();
        assert!(found.hits.iter().all(|hit| hit.kind == kind) && !found.hits.is_empty(), "{kind}");
    }
}

/// What is typed, what must be offered, and in which place at the latest.
const SUGGESTIONS: &str = include_str!("../../../search/tests/suggestions.tsv");

#[test]
fn every_kept_beginning_is_offered_what_was_meant_in_its_place() {
    let search = site();
    let mut wrong = Vec::new();
    for line in SUGGESTIONS.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let typed = columns.next().unwrap();
        let expected: Vec<&str> = columns.next().unwrap().split('|').collect();
        let last: usize = columns.next().unwrap().parse().unwrap();
        let offers = search.suggest(typed, TODAY, 8).unwrap();
        let is_expected = |url: &Option<String>| url.as_deref().is_some_and(|url| expected.contains(&url));
        if !offers.iter().take(last).any(|offer| is_expected(&offer.url)) {
            wrong.push(format!("{typed}: {expected:?} not among the first {last}: {offers:?}"));
        }
    }
    assert!(SUGGESTIONS.lines().count() > 30);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn services_come_before_questions_and_pages_and_each_page_of_a_guide_once() {
    let search = site();
    for typed in ["许可", "停", "到期", "补办", "变更", "xinb"] {
        let offers = search.suggest(typed, TODAY, 8).unwrap();
        let is_service = |kind: Option<Kind>| matches!(kind, Some(Kind::Item | Kind::Guide));
        let ranks: Vec<bool> = offers.iter().map(|offer| !is_service(offer.kind)).collect();
        assert!(ranks.is_sorted(), "{typed}: {offers:?}");
        let of_guides = offers.iter().filter(|offer| offer.kind == Some(Kind::Guide));
        let pages: Vec<&str> =
            of_guides.map(|offer| offer.url.as_deref().unwrap().split('#').next().unwrap()).collect();
        let distinct: std::collections::HashSet<&&str> = pages.iter().collect();
        assert_eq!(distinct.len(), pages.len(), "{typed}: {pages:?}");
    }
}

#[test]
fn lone_characters_and_half_words_find_what_they_begin() {
    let search = site();
    for (asked, first) in [
        ("烟", "/items#item-retail-licence"),
        ("停", "/guides/retail-licence/tingye"),
        ("yanx", "/guides/retail-licence/yanxu"),
        ("開店賣菸", "/guides/retail-licence/xinban"),
        ("煙草證過期瞭怎麼辦", "/guides/retail-licence/yanxu"),
        ("烟草專卖零售許可证補发", "/guides/retail-licence/buban"),
    ] {
        let found = search.find(&Asked::new(asked, TODAY)).unwrap();
        assert_eq!(found.hits.first().map(|hit| hit.url.as_str()), Some(first), "{asked}");
    }
    let found = search.find(&Asked::new("停", TODAY)).unwrap();
    assert!(found.read_as.is_some_and(|words| words.contains("停业")));
    for nothing in ["的", "我", "，。？！", "退休", "一个字"] {
        let found = search.find(&Asked::new(nothing, TODAY)).unwrap();
        assert!(found.hits.len() < 3, "{nothing}: {:?}", found.hits.first().map(|hit| &hit.title.text));
    }
}

#[test]
fn beginnings_pinyin_and_initials_bring_suggestions() {
    let search = site();
    for (typed, offered) in [
        ("许可证快", "许可证快到期了"),
        ("xukezhengk", "许可证快到期了"),
        ("xkzkd", "许可证快到期了"),
        ("证丢", "证丢了怎么办？"),
    ] {
        let offers = search.suggest(typed, TODAY, 8).unwrap();
        assert!(offers.iter().any(|offer| offer.text == offered), "{typed}: {offers:?}");
    }
    assert!(search.suggest("", TODAY, 8).unwrap().is_empty());
}
