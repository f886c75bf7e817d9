use super::*;

#[test]
fn a_form_sent_as_it_came_makes_no_file() {
    let catalogue = Catalogue::embedded().unwrap();
    for item in catalogue.items() {
        let mut problems = Problems::none();
        let sent = typed(&catalogue, item);
        let files = read(&catalogue, item, &sent, &mut problems).unwrap();
        assert!(files.is_empty() && problems.is_empty(), "{}: {problems:?}", item.slug);
    }
}

#[test]
fn only_the_file_that_says_it_changes_and_no_promise_is_longer_than_the_law() {
    let catalogue = Catalogue::embedded().unwrap();
    let item = catalogue.item("retail-licence").unwrap();
    let mut sent = typed(&catalogue, item);
    sent.0.insert("xinban-notices".into(), vec!["第一条\r\n第二条".into()]);
    sent.0.insert("xinban-promised".into(), vec!["6".into()]);
    let mut problems = Problems::none();
    let files = read(&catalogue, item, &sent, &mut problems).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(
        files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(),
        ["items/retail-licence/xinban.toml"]
    );
    let next = catalogue.with_files(&files).unwrap();
    let new = next.item("retail-licence").unwrap().business("xinban").unwrap().clone();
    assert_eq!((new.notices, new.limits.promised), (vec!["第一条".to_owned(), "第二条".to_owned()], 6));

    sent.0.insert("xinban-promised".into(), vec!["21".into()]);
    sent.0.insert("organ".into(), vec![String::new()]);
    read(&catalogue, item, &sent, &mut problems).unwrap();
    assert!(problems.at("xinban-promised").is_some() && problems.at("organ").is_some(), "{problems:?}");
}
