/* Offline: where a history falls into pieces of one rate each. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/analysis/onset.h"
#include "core/base/mem.h"

#define BINS_MAX 300    /* stretches of a longer history begin and end at every second, third, … day */
#define PIECE_LEAST 3   /* days; fewer are an outlier */
#define DEPTH_MAX 12

/* Sums of the first n days. */
struct sums {
	double *count, *exposure;
};

struct segmenting {
	const struct onset_data *data;
	const struct onset_options *options;
	struct random random;
	struct sums sums, simulated;
	double *days;       /* one simulated history */
	size_t *cuts, cut_count;
	double first_p;
	bool cancelled;
};

static double log_term(double x, double e)
{
	return x > 0 ? x * log(x / e) : 0;
}

double onset_gain(const struct onset_data *data, double x, double e, double y, double f)
{
	if (e <= 0 || f <= 0)
		return 0;
	if (data->are_values) {
		double off = x / e - y / f;
		return off * off * e * f / (e + f) / data->dispersion;
	}
	return 2 * fmax(0, log_term(x, e) + log_term(y, f) - log_term(x + y, e + f)) / data->dispersion;
}

void onset_simulate(struct random *random, const struct onset_data *data, double rate, double *count)
{
	double more = data->dispersion - 1;

	for (size_t t = 0; t < data->days; t++) {
		double mean = rate * data->exposure[t];
		if (data->are_values)
			count[t] = rate + random_normal(random) * sqrt(data->dispersion);
		else if (mean <= 0)
			count[t] = 0;
		else if (more > 1e-9) /* a Poisson count whose mean is gamma has variance mean * dispersion */
			count[t] = (double)random_poisson(random, random_gamma(random, mean / more) * more);
		else
			count[t] = (double)random_poisson(random, mean);
	}
}

static void sum_up(const double *count, const double *exposure, size_t days, struct sums *out)
{
	for (size_t t = 0; t < days; t++) {
		out->count[t + 1] = out->count[t] + count[t];
		out->exposure[t + 1] = out->exposure[t] + exposure[t];
	}
}

static double gain_inside(const struct onset_data *data, const struct sums *sums, size_t a, size_t b, size_t i, size_t j)
{
	double x = sums->count[j] - sums->count[i], e = sums->exposure[j] - sums->exposure[i];

	return onset_gain(data, x, e, sums->count[b] - sums->count[a] - x, sums->exposure[b] - sums->exposure[a] - e);
}

/* The stretch i … j - 1 of days a … b - 1 that differs most from the rest. A stretch that ends near an end of the
 * piece ends there. */
static double best_stretch(const struct onset_data *data, const struct sums *sums, size_t a, size_t b, size_t *best_i,
			   size_t *best_j)
{
	size_t step = (b - a) / BINS_MAX + 1, least = PIECE_LEAST;
	double best = 0;

	for (size_t i = a; i + least <= b; i += step) {
		if (i > a && i < a + least)
			continue;
		for (size_t j = i + least; j <= b; j += step) {
			double gain;
			if ((j < b && j + least > b) || (i == a && j == b))
				continue;
			gain = gain_inside(data, sums, a, b, i, j);
			if (gain > best) {
				best = gain;
				*best_i = i;
				*best_j = j;
			}
		}
		if (i > a) { /* up to the end, wherever the steps fall */
			double gain = gain_inside(data, sums, a, b, i, b);
			if (gain > best) {
				best = gain;
				*best_i = i;
				*best_j = b;
			}
		}
	}
	return best;
}

/* How often a history of one rate has as much; stops looking once that is clear. */
static double chance_of(struct segmenting *self, size_t a, size_t b, double best)
{
	size_t more = 0, tries = self->options->simulations, i, j, n;
	struct onset_data piece = *self->data;
	double x = self->sums.count[b] - self->sums.count[a], e = self->sums.exposure[b] - self->sums.exposure[a];

	piece.count += a;
	piece.exposure += a;
	piece.days = b - a;
	for (n = 0; n < tries; n++) {
		onset_simulate(&self->random, &piece, x / e, self->days);
		sum_up(self->days, piece.exposure, piece.days, &self->simulated);
		more += best_stretch(&piece, &self->simulated, 0, piece.days, &i, &j) >= best;
		if ((double)more > 2 * self->options->rate * (double)(tries + 1))
			return (double)(more + 1) / (double)(n + 2);
		if (self->options->cancel && atomic_load_explicit(self->options->cancel, memory_order_relaxed)) {
			self->cancelled = true;
			return 1;
		}
	}
	return (double)(more + 1) / (double)(tries + 1);
}

static void add_cut(struct segmenting *self, size_t day)
{
	size_t at = self->cut_count++;

	for (; at > 0 && self->cuts[at - 1] > day; at--)
		self->cuts[at] = self->cuts[at - 1];
	self->cuts[at] = day;
}

static void cut(struct segmenting *self, size_t a, size_t b, int depth)
{
	size_t i = a, j = b;
	double best, p;

	if (b - a < 2 * PIECE_LEAST || depth == DEPTH_MAX || self->cancelled ||
	    self->sums.exposure[b] - self->sums.exposure[a] <= 0)
		return;
	best = best_stretch(self->data, &self->sums, a, b, &i, &j);
	p = best > 0 ? chance_of(self, a, b, best) : 1;
	if (depth == 0)
		self->first_p = p;
	if (p > self->options->rate || self->cancelled)
		return;
	if (i > a) {
		add_cut(self, i);
		cut(self, a, i, depth + 1);
	}
	cut(self, i, j, depth + 1);
	if (j < b) {
		add_cut(self, j);
		cut(self, j, b, depth + 1);
	}
}

/* ---- each cut to its best day, and away with those that make no difference ------------------------- */

static double gain_at(const struct segmenting *self, size_t a, size_t c, size_t b)
{
	return gain_inside(self->data, &self->sums, a, b, a, c);
}

/* Moves cut k to the best day between its neighbours; its gain. */
static double refine(struct segmenting *self, size_t k)
{
	size_t a = k ? self->cuts[k - 1] : 0, b = k + 1 < self->cut_count ? self->cuts[k + 1] : self->data->days;
	double best = gain_at(self, a, self->cuts[k], b);

	for (size_t c = a + 1; c < b; c++) {
		double gain = gain_at(self, a, c, b);
		if (gain > best) {
			best = gain;
			self->cuts[k] = c;
		}
	}
	return best;
}

static void prune(struct segmenting *self)
{
	double least = 2 * log((double)self->data->days);

	for (size_t rounds = 0; self->cut_count && rounds < 3 * self->data->days; rounds++) {
		size_t worst = 0;
		double worst_gain = INFINITY;
		bool moved = false;
		for (size_t k = 0; k < self->cut_count; k++) {
			size_t before = self->cuts[k];
			double gain = refine(self, k);
			moved = moved || self->cuts[k] != before;
			if (gain < worst_gain) {
				worst_gain = gain;
				worst = k;
			}
		}
		if (worst_gain < least) {
			memmove(self->cuts + worst, self->cuts + worst + 1, (self->cut_count - worst - 1) * sizeof(*self->cuts));
			self->cut_count--;
		} else if (!moved) {
			return;
		}
	}
}

size_t onset_segment(const struct onset_data *data, const struct onset_options *options, size_t *cuts, double *p)
{
	struct segmenting self = { .data = data, .options = options, .cuts = cuts, .first_p = 1 };
	struct sums *const sums[] = { &self.sums, &self.simulated };

	for (size_t i = 0; i < ARRAY_LEN(sums); i++) {
		sums[i]->count = mem_zalloc(data->days + 1, sizeof(double));
		sums[i]->exposure = mem_zalloc(data->days + 1, sizeof(double));
	}
	self.days = mem_zalloc(data->days + 1, sizeof(double));
	random_init(&self.random, options->seed);
	sum_up(data->count, data->exposure, data->days, &self.sums);
	cut(&self, 0, data->days, 0);
	prune(&self);
	*p = self.first_p;
	for (size_t i = 0; i < ARRAY_LEN(sums); i++) {
		free(sums[i]->count);
		free(sums[i]->exposure);
	}
	free(self.days);
	return self.cancelled ? SIZE_MAX : self.cut_count;
}
