/*
 * The footer: which keys are shown below a screen. footer.def has them by need; what can act
 * where one is comes first come, as far as the columns go. The way back and the help stand at
 * the right end, whatever the width.
 */
#ifndef AITIA_TUI_FOOTER_H
#define AITIA_TUI_FOOTER_H

#include "tui/app.h"

void footer_view(const struct app *app, const struct screen *screen, struct surface *surface, struct area line);

#endif
