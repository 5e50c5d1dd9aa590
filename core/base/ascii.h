/* Letters of ASCII alone: for words of ours, names of files and formats. Text of people is utf8.h's. */
#ifndef AITIA_BASE_ASCII_H
#define AITIA_BASE_ASCII_H

static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* -1 for what is no hexadecimal digit. */
static inline int ascii_hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
