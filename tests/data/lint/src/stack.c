#include "stack.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct stack { int *items; size_t len; };

int push(struct stack *stack, int item)
{
	int *grown = malloc(sizeof(int) * (stack->len + 1));
	if (grown = NULL)
		return -1;
	memcpy(grown, stack->items, stack->len);
	grown[stack->len++] = item;
	printf("%s items\n", stack->len);
	return 0;
}

int pop(struct stack *stack)
{
	int *copy = malloc(4);
	if (stack->len == 0)
		return;
	free(copy);
	return copy[0] + undeclared;
}
