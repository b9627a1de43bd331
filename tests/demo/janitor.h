/* SPDX-License-Identifier: MIT */
/* janitor.h — however the demonstration ends, what it started has ended, and the folder that it played in is gone. */
#pragma once

/* Makes the folder from its pattern (mkdtemp), and returns in a child that plays. This process itself, and one more out
 * of reach of the terminal, stay behind until that child ends or a signal asks for its end; both sweep, so that one of
 * them may be killed. They end as the child did. */
void janitor_stays(char *folder);
