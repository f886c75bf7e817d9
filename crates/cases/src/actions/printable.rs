//! Every entry stands on a letter sooner or later: a character no font can show is refused while it can still be mended.

use catalog::{FieldFault, FormSpec, Values};
use papers::TypesetFault;
use web::App;

use crate::intake::Looked;

/// Entries that can't be printed, each with the character that has no shape.
pub fn unprintable(app: &App, form: &FormSpec, values: &Values) -> Vec<FieldFault> {
    let typesetter = app.typesetter();
    let fault = |field: &catalog::Field| match typesetter.shows(values.get(&field.key)?) {
        Err(TypesetFault::MissingGlyph { ch }) => Some(FieldFault {
            key: field.key.clone(),
            label: field.label.clone(),
            says: format!("“{}”里的“{ch}”没有字形，印不到文书和许可证上。", field.label),
            next: "请换成能显示的字；姓名里的生僻字打不出来时，请到窗口办理。".to_owned(),
        }),
        _ => None,
    };
    form.fields().filter_map(fault).collect()
}

/// Adds to a look what can't be printed.
pub fn refuse_unprintable(app: &App, looked: &mut Looked, form: &FormSpec) {
    for fault in unprintable(app, form, &looked.values) {
        if !looked.faults.iter().any(|known| known.key == fault.key) {
            looked.faults.push(fault);
        }
    }
}
