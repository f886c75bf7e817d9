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

#[test]
fn beginnings_pinyin_and_initials_bring_suggestions() {
    let search = site();
    for (typed, offered) in [
        ("许可证快", "许可证快到期了"),
        ("xukezhengk", "许可证快到期了"),
        ("xkzkd", "许可证快到期了"),
        ("证丢", "证丢了怎么办？"),
    ] {
        let offers = search.suggest(typed, 8).unwrap();
        assert!(offers.iter().any(|offer| offer.text == offered), "{typed}: {offers:?}");
    }
    assert!(search.suggest("", 8).unwrap().is_empty());
}
