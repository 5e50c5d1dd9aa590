/*
 * The least that a list over SQLite can be: curses, prepared statements, pages by key, a
 * screen drawn anew at each key. What the workbench is measured against: bare_list STORE,
 * a store of Aitia's. j k PgDn PgUp q.
 */
#include <curses.h>
#include <locale.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static sqlite3_stmt *page;
static long long top_us, top_id;

/* The page below (or from) a place; where its second row is, to go on from. */
static void draw(int rows, int columns, int selected, long long *next_us, long long *next_id)
{
	erase();
	sqlite3_bind_int64(page, 1, top_us);
	sqlite3_bind_int64(page, 2, top_id);
	sqlite3_bind_int(page, 3, rows);
	for (int row = 0; row < rows && sqlite3_step(page) == SQLITE_ROW; row++) {
		if (row == selected)
			attron(A_REVERSE);
		mvprintw(row, 0, "%-8lld %-24.24s %.*s", (long long)sqlite3_column_int64(page, 0),
			 sqlite3_column_text(page, 2) ? (const char *)sqlite3_column_text(page, 2) : "", columns - 34,
			 (const char *)sqlite3_column_text(page, 3));
		attroff(A_REVERSE);
		*next_id = sqlite3_column_int64(page, 0);
		*next_us = sqlite3_column_int64(page, 1);
	}
	sqlite3_reset(page);
	refresh();
}

int main(int argc, char **argv)
{
	sqlite3 *db;
	int selected = 0, key = 0, rows, columns;
	long long last_us = 0, last_id = 0;

	if (argc != 2 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "SELECT id, produced_us, path, title FROM sample WHERE (produced_us, id) <= (?1, ?2)"
				   " ORDER BY produced_us DESC, id DESC LIMIT ?3", -1, &page, NULL) != SQLITE_OK) {
		fprintf(stderr, "bare_list: STORE: %s\n", argc == 2 ? sqlite3_errmsg(db) : "is missing");
		return 2;
	}
	top_us = top_id = 0x7fffffffffffffff;
	setlocale(LC_ALL, "");
	initscr();
	raw();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	getmaxyx(stdscr, rows, columns);
	do {
		if (key == 'j' && selected + 1 < rows) {
			selected++;
		} else if (key == 'k' && selected) {
			selected--;
		} else if (key == 'j' || key == KEY_NPAGE) {
			top_us = last_us;
			top_id = last_id;
			selected = key == 'j' ? 1 : 0;
		}
		draw(rows, columns, selected, &last_us, &last_id);
		key = getch();
	} while (key != 'q');
	endwin();
	sqlite3_finalize(page);
	return sqlite3_close(db) != SQLITE_OK;
}
