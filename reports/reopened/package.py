"""What every part of one of our workbooks says but its cells, written down a second time.

A workbook is a package of XML parts. Ours have these and no others, to the letter: so nothing can hide in
a part, a property, a style or a link that nobody thought of. Written apart from `workbook.py` on purpose.
"""

from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

import polars as pl
from xlsxwriter.theme import THEME_XML_2007
from xlsxwriter.utility import xl_col_to_name

from reports.content import Content
from reports.sheets import HEADER, Sheet

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STRINGS = "xl/sharedStrings.xml"

_FORMATS = "http://schemas.openxmlformats.org"
_PACKAGE = f"{_FORMATS}/package/2006"
_OFFICE = f"{_FORMATS}/officeDocument/2006"
_MAIN = f"{_FORMATS}/spreadsheetml/2006/main"
_CONTENT = "application/vnd.openxmlformats-officedocument"
_SPREADSHEET = f"{_CONTENT}.spreadsheetml"


def sheet_part(number: int) -> str:
    """Name of the part of a sheet, counted from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def parts_of(content: Content, sheets: list[Sheet]) -> dict[str, str]:
    """Return the text of every part by its name; of a sheet and of the strings, an empty one."""
    numbered = list(enumerate(sheets, 1))
    properties = ("docProps/core.xml", "docProps/app.xml")
    package = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations(
            (f"{_OFFICE}/relationships/officeDocument", "xl/workbook.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", properties[0]),
            (f"{_OFFICE}/relationships/extended-properties", properties[1]),
        ),
        "xl/_rels/workbook.xml.rels": _relations(
            *((f"{_OFFICE}/relationships/worksheet", f"worksheets/sheet{each}.xml") for each, _ in numbered),
            (f"{_OFFICE}/relationships/theme", "theme/theme1.xml"),
            (f"{_OFFICE}/relationships/styles", "styles.xml"),
            (f"{_OFFICE}/relationships/sharedStrings", "sharedStrings.xml"),
        ),
        "xl/workbook.xml": _workbook(sheets),
        "xl/styles.xml": _styles(sheets),
        "xl/theme/theme1.xml": THEME_XML_2007.removeprefix(DECLARATION),
        properties[0]: _core(content),
        properties[1]: _app(sheets),
        STRINGS: "",
    }
    for number, sheet in numbered:
        table = (f"{_OFFICE}/relationships/table", f"../tables/table{number}.xml")
        package[sheet_part(number)] = ""
        package[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _relations(table)
        package[f"xl/tables/table{number}.xml"] = _table(sheet, number)
    return package


def before_cells(sheet: Sheet, number: int) -> str:
    selected = ' tabSelected="1"' if number == 1 else ""
    return (
        f'<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}/relationships">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{_last_column(sheet)}{HEADER + 1 + _last_recorded(sheet.rows)}"/>'
        f'<sheetViews><sheetView{selected} workbookViewId="0">'
        f'<pane ySplit="{HEADER + 1}" topLeftCell="A{HEADER + 2}" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{_columns(sheet)}</cols><sheetData>'
    )


def _columns(sheet: Sheet) -> str:
    """Tell the width of each column; neighbours of one width are told together."""
    told, first = "", 1
    for width, alike in groupby(sheet.widths):
        last = first + len(list(alike)) - 1
        told += f'<col min="{first}" max="{last}" width="{width}.7109375" customWidth="1"/>'
        first = last + 1
    return told


def after_cells(marking: str) -> str:
    printed = escape("&C" + marking.replace("&", "&&"))
    return (
        '</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"/><headerFooter>'
        f"<oddHeader>{printed}</oddHeader><oddFooter>{printed}&amp;RPage &amp;P of &amp;N</oddFooter>"
        '</headerFooter><tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>'
    )


def _last_column(sheet: Sheet) -> str:
    return str(xl_col_to_name(sheet.rows.width - 1))


def _last_recorded(rows: pl.DataFrame) -> int:
    recorded = rows.select(pl.any_horizontal(pl.all().is_not_null())).to_series().arg_true()
    return 0 if recorded.is_empty() else int(recorded[-1]) + 1


def _content_types(sheets: int) -> str:
    numbers = range(1, sheets + 1)
    kinds = {
        "/docProps/app.xml": f"{_CONTENT}.extended-properties+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/xl/styles.xml": f"{_SPREADSHEET}.styles+xml",
        "/xl/theme/theme1.xml": f"{_CONTENT}.theme+xml",
        "/xl/workbook.xml": f"{_SPREADSHEET}.sheet.main+xml",
        **{f"/{sheet_part(each)}": f"{_SPREADSHEET}.worksheet+xml" for each in numbers},
        **{f"/xl/tables/table{each}.xml": f"{_SPREADSHEET}.table+xml" for each in numbers},
        f"/{STRINGS}": f"{_SPREADSHEET}.sharedStrings+xml",
    }
    listed = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in kinds.items())
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _relations(*relations: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(relations, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _workbook(sheets: list[Sheet]) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}/relationships">'
        '<fileVersion appName="xl" lastEdited="4" lowestEdited="4" rupBuild="4505"/>'
        '<workbookPr defaultThemeVersion="124226"/><bookViews>'
        '<workbookView xWindow="240" yWindow="15" windowWidth="16095" windowHeight="9660"/></bookViews>'
        f'<sheets>{listed}</sheets><calcPr calcId="124519" fullCalcOnLoad="1"/></workbook>'
    )


def _table(sheet: Sheet, number: int) -> str:
    range_ = f"A{HEADER + 1}:{_last_column(sheet)}{HEADER + 1 + max(sheet.rows.height, 1)}"
    columns = "".join(
        f'<tableColumn id="{each}" name={quoteattr(name, {chr(34): "&quot;"})}/>'
        for each, name in enumerate(sheet.rows.columns, 1)
    )
    return (
        f'<table xmlns="{_MAIN}" id="{number}" name="Table_{number}" displayName="Table_{number}" '
        f'ref="{range_}" totalsRowShown="0"><autoFilter ref="{range_}"/>'
        f'<tableColumns count="{sheet.rows.width}">{columns}</tableColumns>'
        '<tableStyleInfo name="TableStyleLight1" showFirstColumn="0" showLastColumn="0" '
        'showRowStripes="1" showColumnStripes="0"/></table>'
    )


def _styles(sheets: list[Sheet]) -> str:
    days = any(_has_days(sheet.rows) for sheet in sheets)
    formats = '<numFmts count="1"><numFmt numFmtId="164" formatCode="d mmm yyyy"/></numFmts>' if days else ""
    font = '<sz val="11"/><color theme="1"/><name val="Calibri"/><family val="2"/><scheme val="minor"/>'
    styles = list(_cell_styles(days=days))
    return (
        f'<styleSheet xmlns="{_MAIN}">{formats}'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(styles)}">{"".join(styles)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        '<dxfs count="0"/><tableStyles count="0" defaultTableStyle="TableStyleMedium9" '
        'defaultPivotStyle="PivotStyleLight16"/></styleSheet>'
    )


def _cell_styles(*, days: bool) -> Iterator[str]:
    """Plain, heading, header, text and, where there are any, day: by these numbers a cell names its style."""
    plain = 'fillId="0" borderId="0" xfId="0"'
    yield f'<xf numFmtId="0" fontId="0" {plain}/>'
    yield f'<xf numFmtId="0" fontId="1" {plain} applyFont="1"/>'
    wrapped = 'applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    yield f'<xf numFmtId="0" fontId="1" {plain} applyFont="1" {wrapped}'
    yield f'<xf numFmtId="49" fontId="0" {plain} applyNumberFormat="1" {wrapped}'
    if days:
        top = 'applyAlignment="1"><alignment vertical="top"/></xf>'
        yield f'<xf numFmtId="164" fontId="0" {plain} applyNumberFormat="1" {top}'


def _has_days(rows: pl.DataFrame) -> bool:
    return any(column.dtype == pl.Date and column.count() for column in rows.iter_columns())


def _core(content: Content) -> str:
    made = f'xsi:type="dcterms:W3CDTF">{content.made_at:%Y-%m-%dT%H:%M:%SZ}'
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:dcmitype="http://purl.org/dc/dcmitype/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(content.title)}</dc:title><dc:creator></dc:creator>"
        "<cp:lastModifiedBy></cp:lastModifiedBy>"
        f"<dcterms:created {made}</dcterms:created><dcterms:modified {made}</dcterms:modified>"
        "</cp:coreProperties>"
    )


def _app(sheets: list[Sheet]) -> str:
    names = "".join(f"<vt:lpstr>{escape(sheet.name)}</vt:lpstr>" for sheet in sheets)
    return (
        f'<Properties xmlns="{_OFFICE}/extended-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">'
        "<Application>Microsoft Excel</Application><DocSecurity>0</DocSecurity><ScaleCrop>false</ScaleCrop>"
        '<HeadingPairs><vt:vector size="2" baseType="variant">'
        "<vt:variant><vt:lpstr>Worksheets</vt:lpstr></vt:variant>"
        f"<vt:variant><vt:i4>{len(sheets)}</vt:i4></vt:variant></vt:vector></HeadingPairs>"
        f'<TitlesOfParts><vt:vector size="{len(sheets)}" baseType="lpstr">{names}</vt:vector></TitlesOfParts>'
        "<Company></Company><LinksUpToDate>false</LinksUpToDate><SharedDoc>false</SharedDoc>"
        "<HyperlinksChanged>false</HyperlinksChanged><AppVersion>12.0000</AppVersion></Properties>"
    )
