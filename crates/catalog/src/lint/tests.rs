use super::*;

const ITEM: &str = "items/retail-licence/item.toml";
const NEW: &str = "items/retail-licence/xinban.toml";
const SHARED: &str = "items/retail-licence/shared.toml";
const ECIG: &str = "items/ecig-retail/item.toml";
const LEAF: &str = "items/leaf-station/item.toml";
const PLACE: &str = "places/990101/items/retail-licence.toml";
const COMMON: &str = "places/990100/items/common.toml";
const CHANGES: &str = "items/changes/2026.toml";
const BASE: &str = "items/base.toml";
const FAQ: &str = "items/retail-licence/faq.toml";
const STEPS: &str = "items/shared/steps.toml";
const LEAF_TYPE: &str = "items/leaf-station/shenqing.toml";

const BEFORE_ACCEPTING: &str = "[[step]]\nkey = \"look\"\nname = \"看店\"\nrole = \"所长\"\ntime = \"当场\"\n\
    standard = \"看\"\nresult = \"看过\"\n\n[[step]]\nkey = \"accept\"";
const HANDED_OUT_EARLY: &str = "[[step]]\nkey = \"early\"\nname = \"送达\"\nrole = \"所长\"\ntime = \"当场\"\n\
    standard = \"送\"\nresult = \"证\"\n\n[[step]]\nkey = \"inspect\"";
const LOOKED_AT_LATE: &str = "[[step]]\nkey = \"late\"\nname = \"集体审查\"\nrole = \"所长\"\ntime = \"当场\"\n\
    standard = \"看\"\nresult = \"看过\"\n\n[[step]]\nkey = \"deliver\"";
const TWO_PAUSES: &str = "[[change]]\nid = \"8\"\nkind = \"暂停\"\nfrom = [\"ecig-retail\"]\neffective = \"2026-03-01\"\n\
    until = \"2026-03-31\"\nreason = \"试\"\ndrafted_by = \"甲\"\ndrafted_on = \"2025-12-01\"\n\n\
    [[change]]\nid = \"9\"\nkind = \"暂停\"\nfrom = [\"ecig-retail\"]\neffective = \"2026-03-31\"\nreason = \"试\"\n\
    drafted_by = \"甲\"\ndrafted_on = \"2025-12-01\"\n\n[[change]]";

/// The files the planted faults are in, and no others: reading all of them for each fault takes minutes.
fn few() -> Vec<SourceFile> {
    let near = [
        "items/retail-licence/",
        "items/ecig-retail/",
        "items/leaf-station/",
        "items/shared/",
        "places/9901",
    ];
    let all = Catalogue::embedded().unwrap().files().to_vec();
    let few = all.into_iter().filter(|file| near.iter().any(|folder| file.path.starts_with(folder)));
    few.chain([base(), changes()]).collect()
}

fn base() -> SourceFile {
    let text = "version = \"1\"\neffective = \"2026-01-01\"\n\
        order = [\"retail-licence\", \"ecig-retail\", \"leaf-station\"]\nsource = \"试\"\n";
    SourceFile { path: BASE.to_owned(), text: text.to_owned() }
}

fn changes() -> SourceFile {
    let text = "[[change]]\nid = \"1\"\nkind = \"新增\"\n\
        to = [{ item = \"leaf-station\", version = \"2026.1\" }]\neffective = \"2026-01-01\"\nreason = \"试\"\n\
        drafted_by = \"甲\"\ndrafted_on = \"2025-12-01\"\nreviewed_by = \"乙\"\nreviewed_on = \"2025-12-15\"\n";
    SourceFile { path: CHANGES.to_owned(), text: text.to_owned() }
}

/// Findings after replacing `from` by `to` in one file, as `rule file`.
fn after(files: &[SourceFile], file: &str, from: &str, to: &str) -> Vec<Finding> {
    let mut files = files.to_vec();
    let source = files.iter_mut().find(|one| one.path == file).unwrap();
    assert!(source.text.contains(from), "{file} has no {from}");
    source.text = source.text.replacen(from, to, 1);
    lint_files(files).1
}

#[test]
fn the_published_items_have_no_findings() {
    let findings = lint(&Catalogue::embedded().unwrap());
    let told: Vec<String> = findings.iter().map(Finding::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert_eq!(lint_files(few()).1, []);
}

#[test]
fn each_rule_finds_its_fault() {
    let cases = [
        // 承诺、法定时限, 办件类型
        ("promise-longer-than-law", NEW, "promised = 8", "promised = 21"),
        ("promise-longer-than-law", PLACE, "days = 7", "days = 9"),
        ("promise-for-nothing", PLACE, "business = \"1001\"", "business = \"1099\""),
        ("limit-unexplained", PLACE, "cite = \"城中区烟草专卖局2025年第7号公告（演示）\"", "cite = \"\""),
        ("limit-missing", NEW, "statutory = 20", "statutory = 0"),
        ("limit-unexplained", NEW, "from = \"自受理之日的次日起算，只数工作日\"", "from = \"\""),
        ("handling-contradicts", NEW, "promised = 8", "promised = 0"),
        ("handling-contradicts", NEW, "statutory = 20\npromised = 8", "statutory = 20\npromised = 0"),
        (
            "promise-twice",
            PLACE,
            "[[promise]]",
            "[[promise]]\nbusiness = \"1001\"\ndays = 7\nfrom = \"2026-01-01\"\ncite = \"x\"\n\n[[promise]]\nbusiness = \"1001\"\ndays = 6\nfrom = \"2026-01-01\"\ncite = \"x\"\n\n[[promise]]",
        ),
        ("words-missing", NEW, "name = \"申请\"", "name = \"\""),
        ("words-missing", NEW, "name = \"新办\"", "name = \"\""),
        ("markup", NEW, "summary = \"还没有", "summary = \"<script>还没有"),
        ("words-missing", NEW, "says = \"有与经营烟草制品零售业务相适应的资金\"", "says = \"　 \""),
        ("words-missing", NEW, "ask = \"您有没有足够进货和开店的资金？\"", "ask = \" \""),
        (
            "words-missing",
            NEW,
            "remedy_if_no = \"请先备好进货和经营所需的资金，再来申请。\"",
            "remedy_if_no = \"\"",
        ),
        ("words-missing", NEW, "  \"请如实填写。", "  \"\",\n  \"请如实填写。"),
        ("words-missing", NEW, "results = [", "results = [\"\\t\", "),
        ("words-missing", FAQ, "a = \"不收取任何费用", "a = \"\"\"\n \"\"\" #"),
        ("words-missing", FAQ, "q = \"办证收费吗？\"", "q = ' '"),
        ("words-missing", SHARED, "title = \"许可证和持证人\"", "title = \"\""),
        // 电话, 大厅
        ("phones-same", PLACE, "0990-9901019", "0990-9901010"),
        ("phone-wrong", PLACE, "0990-9901019", "9901019"),
        ("phone-wrong", COMMON, "0990-9901009", "990-9901009"),
        ("hall-vague", PLACE, "hours = \"工作日 9:00—12:00，14:00—17:00\"", "hours = \"\""),
        // 编码
        ("code-wrong", PLACE, "1199010109901003X0", "1199010109901003X1"),
        ("code-wrong", ITEM, "basic_code = \"00016211200Y\"", "basic_code = \"000162112000\""),
        ("code-wrong", ITEM, "basic_code = \"00016211200Y\"", "basic_code = \"00206211200Y\""),
        ("code-wrong", ITEM, "value = \"000162004000\"", "value = \"00016200400\""),
        ("code-wrong", ITEM, "value = \"0100190012\"", "value = \"01O0190012\""),
        (
            "code-wrong",
            ITEM,
            "value = \"01001900120024824212330000\"",
            "value = \"0100190012002482421233000\"",
        ),
        ("code-wrong", ECIG, "basic_code = \"\"", "basic_code = \"000162113001\""),
        ("code-twice", LEAF, "basic_code = \"\"", "basic_code = \"00016211200Y\""),
        ("code-missing", LEAF, "code_says = \"", "code_says = \"\" #"),
        ("code-table", ITEM, "label = \"承诺件\"", "label = \"快办件\""),
        (
            "code-table",
            ITEM,
            "{ code = \"6\", label = \"其他组织\" }",
            "{ code = \"7\", label = \"其他组织\" }",
        ),
        ("code-table", ITEM, "handle_area = \"无\"", "handle_area = \"全省\""),
        ("code-table", PLACE, "level = 4", "level = 9"),
        // 到现场次数, 办理形式, 收费, 主题, 结果
        ("visits-contradict", ITEM, "visits = 0", "visits = 1"),
        ("visits-unexplained", ITEM, "visits = 0", "visits = 1"),
        ("visits-impossible", LEAF, ", { code = \"4\", label = \"快递申请\" }", ""),
        ("ways-contradict", LEAF, "online = false", "online = true"),
        ("fee-contradicts", ITEM, "pay_online = false", "pay_online = true"),
        ("fee-unexplained", ITEM, "charged = false", "charged = true"),
        ("fee-unexplained", LEAF, "says = \"不收取任何费用。", "says = \"\" #"),
        ("topics-contradict", ITEM, "topics_person = [\"开店经营\"]", "topics_person = []"),
        ("topics-contradict", LEAF, "topics_company = [\"准营准办\"]", "topics_company = []"),
        ("result-kind", ITEM, "kind = \"证照\"", "kind = \"批文\""),
        // 依据, 用语, 环节, 示范
        ("citation-unknown", NEW, "第四十二条第一款\"", "第四十二条第九款\""),
        ("vague-words", NEW, "申请人自备\"", "申请人自备，以及其他材料\""),
        ("process-gap", NEW, "审批（办结）", "审批"),
        ("step-vague", NEW, "role = \"机关负责人\"", "role = \"\""),
        ("step-vague", NEW, "time = \"3 个工作日内\"", "time = \" \""),
        ("step-vague", STEPS, "role = \"市级烟草专卖局窗口\"", "role = \"\""),
        ("step-time", NEW, "time = \"3 个工作日内\"", "time = \"尽快。\""),
        ("step-time", NEW, "time = \"3 个工作日内\"", "time = \"——\""),
        ("process-order", NEW, "[[step]]\nkey = \"accept\"", BEFORE_ACCEPTING),
        ("process-order", NEW, "[[step]]\nkey = \"inspect\"", HANDED_OUT_EARLY),
        ("process-order", NEW, "[[step]]\nkey = \"deliver\"", LOOKED_AT_LATE),
        (
            "process-order",
            NEW,
            "name = \"申请\"",
            "name = \"领表\"\nrole = \"申请人\"\ntime = \"当场\"\nstandard = \"领表\"\nresult = \"表\"\n\n[[step]]\nkey = \"file\"\nname = \"申请\"",
        ),
        ("process-order", LEAF_TYPE, "\"review_city\", \"decide_city\"", "\"decide_city\", \"review_city\""),
        ("process-order", LEAF_TYPE, "\"decide_city\", \"deliver\"", "\"deliver\", \"decide_city\""),
        ("process-order", LEAF_TYPE, "\"apply\", \"accept_city\"", "\"accept_city\", \"apply\""),
        ("example-fails", NEW, "92990101MA0DEM013Q", "92990101MA0DEM0130"),
        ("opening-vague", "items/retail-licence/yanxu.toml", "2027年第一季度", "不久以后"),
        ("hint-missing", SHARED, "hint = \"11位手机号。\"", "hint = \"\""),
        ("material-sample", SHARED, "sample = \"form\"", ""),
        ("material-vague", NEW, "source = \"申请人自备\"", "source = \"\""),
        ("material-copies", NEW, "originals = 0\ncopies = 1", "originals = 0\ncopies = 0"),
        (
            "material-sample",
            NEW,
            "sample = { points = [\"写明房屋地址、使用期限\"",
            "sample = { points = [] } # [\"",
        ),
        (
            "material-twice",
            NEW,
            "name = \"营业执照\"",
            "name = \"特殊群体证明（残疾人证、优抚、退役军人、低保等证明）\"",
        ),
        (
            "vague-words",
            NEW,
            "says = \"有与经营烟草制品零售业务相适应的资金\"",
            "says = \"法律、法规规定的其他条件\"",
        ),
        ("vague-words", SHARED, "hint = \"11位手机号。\"", "hint = \"按有关规定提供。\""),
        ("code-wrong", NEW, "code = \"1001\"", "code = \"10/01\""),
        ("code-wrong", NEW, "short = \"XB\"", "short = \"\""),
        ("remedy-missing", ITEM, "name = \"行政诉讼\"", "name = \"诉讼\""),
        ("switch-unknown", NEW, "switches = [\"scope\"]", "switches = [\"business_name\"]"),
        // 目录: 主项、子项, 国家统一的要素, 存疑
        ("parent-unknown", ECIG, "parent = \"retail-licence\"", "parent = \"nothing\""),
        (
            "parent-differs",
            ECIG,
            "code = \"01\", label = \"行政许可\"",
            "code = \"07\", label = \"行政确认\"",
        ),
        ("list-unlisted", BASE, ", \"leaf-station\"", ""),
        ("list-empty-place", BASE, "\"leaf-station\"", "\"leaf-station\", \"ghost\""),
        ("element-missing", ITEM, "system_level = \"省级\"", "system_level = \"\""),
        ("doubt-untold", LEAF, "says = \"材料目录的公布文本尚未取得", "says = \"\" #"),
        // 地方实施清单
        ("local-field", PLACE, "level = 4", "level = 4\nfees = { charged = true }"),
        ("local-field", PLACE, "level = 4", "level = 4\nconditions = []"),
        ("local-field", COMMON, "[[hall]]", "[[basis]]\ncite = \"行政许可法@2019-04-23 第七条\"\n\n[[hall]]"),
        ("validity-backwards", PLACE, "level = 4", "level = 4\nends = \"2025-01-01\""),
        // 变动
        ("pause-overlaps", CHANGES, "[[change]]", TWO_PAUSES),
        ("review-by-same", CHANGES, "reviewed_by = \"乙\"", "reviewed_by = \"甲\""),
        ("change-of-nothing", CHANGES, "item = \"leaf-station\"", "item = \"ghost\""),
        ("effective-before-review", CHANGES, "reviewed_on = \"2025-12-15\"", "reviewed_on = \"2026-01-02\""),
        ("code-twice", CHANGES, "version = \"2026.1\"", "version = \"2026.1\", code = \"00016211200Y\""),
        ("unreadable", CHANGES, "kind = \"新增\"", "kind = \"增加\""),
        ("unreadable", NEW, "[limits]", "[limit]"),
    ];
    let files = few();
    for (rule, file, from, to) in cases {
        let found = after(&files, file, from, to);
        let told = found.iter().any(|one| one.rule == rule && one.file == file && one.line > 0);
        assert!(told, "{rule} in {file}: {found:?}");
    }
    let moved = after(&files, NEW, "equals = [\"2801\", \"2802\"]", "equals = [\"2801\", \"9999\"]");
    let moved: Vec<_> = moved.iter().map(|one| (one.rule, one.file.as_str())).collect();
    assert_eq!(moved, [("condition-unknown", NEW)]);
}

#[test]
fn a_finding_names_its_line() {
    let files = few();
    for (file, from, to, rule) in [
        (NEW, "promised = 8", "promised = 30", "promise-longer-than-law"),
        (PLACE, "level = 4", "level = 4\nfees = 1", "local-field"),
        (FAQ, "q = \"办证收费吗？\"", "q = \"\"", "words-missing"),
        (NEW, "notices = [", "notices = [\n  \" \",", "words-missing"),
    ] {
        let source = files.iter().find(|one| one.path == file).unwrap();
        let text = source.text.replacen(from, to, 1);
        let last = to.lines().last().unwrap();
        let line = text.lines().position(|line| line == last).unwrap() + 1;
        let found = after(&files, file, from, to);
        assert!(found.iter().any(|one| one.line == line && one.rule == rule), "{found:?}");
    }
}

#[test]
fn what_is_longer_than_its_field_is_told_and_what_just_fits_is_not() {
    let files = few();
    let long = |count: usize| "长".repeat(count);
    let rules = |file: &str, from: &str, to: &str| -> Vec<&'static str> {
        let found = after(&files, file, from, to).into_iter().filter(|one| one.file == file && one.line > 1);
        found.map(|one| one.rule).filter(|rule| *rule == "too-long").collect()
    };
    let limit = "quantity_limit = \"受当地烟草制品零售点合理布局规划的数量限制\"";
    let organ = "organ = \"经营场所所在地的县级烟草专卖局\"";
    let bureau = "bureau_name = \"城中区烟草专卖局\"";
    let hours = "hours = \"工作日 9:00—12:00，14:00—17:00\"";
    let cases = [
        (ITEM, "name = \"烟草专卖零售许可证核发\"", "name", 200),
        // With the item's heading of nine characters before it.
        (NEW, "name = \"新办\"", "name", 191),
        (ITEM, limit, "quantity_limit", 200),
        (ITEM, "intermediary = \"无\"", "intermediary", 2000),
        (ITEM, organ, "organ", 100),
        (NEW, "name = \"营业执照\"", "name", 200),
        (PLACE, bureau, "bureau_name", 100),
        (PLACE, hours, "hours", 150),
    ];
    for (file, from, key, width) in cases {
        assert_eq!(rules(file, from, &format!("{key} = \"{}\"", long(width))), [""; 0], "{file} {key}");
        assert_eq!(
            rules(file, from, &format!("{key} = \"{}\"", long(width + 1))),
            ["too-long"],
            "{file} {key}"
        );
    }
    assert_eq!(rules(NEW, "originals = 0\ncopies = 1", "originals = 0\ncopies = 100"), ["too-long"]);
}

#[test]
fn every_field_a_bureau_may_not_set_is_told_at_once() {
    let found = after(&few(), PLACE, "level = 4", "level = 4\nfees = 1\nbasic_code = \"1\"\nremedies = 2");
    let told: Vec<&str> =
        found.iter().filter(|one| one.rule == "local-field").map(|one| one.says.as_str()).collect();
    assert_eq!(told.len(), 3, "{found:?}");
    assert!(told.iter().all(|says| says.contains("由国家基本目录统一规定")), "{told:?}");
}

#[test]
fn a_waived_material_must_be_one_that_is_asked_for() {
    let waive = |material: &str, instead: &str| {
        format!(
            "level = 4\nwaived = [{{ business = \"1001\", material = \"{material}\", instead = \"{instead}\" }}]"
        )
    };
    let rules = |to: &str| -> Vec<&'static str> {
        after(&few(), PLACE, "level = 4", to).iter().map(|one| one.rule).collect()
    };
    assert!(rules(&waive("business_licence", "由市场监督管理部门共享")).is_empty());
    assert_eq!(rules(&waive("ghost", "共享")), ["waived-unknown"]);
    assert_eq!(rules(&waive("business_licence", "")), ["waived-unknown"]);
}

#[test]
fn a_list_without_items_is_no_list() {
    let places: Vec<SourceFile> = few().into_iter().filter(|file| file.path.starts_with("places/")).collect();
    assert!(!places.is_empty());
    let found = lint_files(places).1;
    assert!(
        found.iter().any(|one| one.rule == "list-empty" && one.says.contains("没有一个事项")),
        "{found:?}"
    );
}

#[test]
fn a_result_needs_a_sample() {
    let mut files = few();
    let item = files.iter_mut().find(|one| one.path == ITEM).unwrap();
    let (head, rest) = item.text.split_once("sample = [\n").unwrap();
    let (_, tail) = rest.split_once("\n]\n").unwrap();
    item.text = format!("{head}sample = []\n{tail}");
    let rules: Vec<&str> = lint_files(files).1.iter().map(|one| one.rule).collect();
    assert_eq!(rules, ["result-sample"]);
}
