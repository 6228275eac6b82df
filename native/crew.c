#include "crew.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#define PAUSE() _mm_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#else
#define PAUSE() (void)0
#endif

#define LINE 256
// How often a thread looks again before it lets others run: some 20 µs.
#define LOOKS 2000
// How often it lets others run before it sleeps, some 100 µs: the next job of a small training step comes before that.
#define YIELDS 300

struct Crew {
  int threads;
  int running;
  pthread_t *members;
  void (*finished)(void *);
  void *context;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  Job line[LINE];
  atomic_uint_fast64_t added, begun, done;
  // The first thread ends when it is told to, the others when the first has ended: it may just be calling them.
  atomic_bool ending, ended;
  // What the members are working on, and who is through with it.
  Job job;
  atomic_int working;
  atomic_int arrived;
  atomic_uint_fast64_t generation;
};

uint64_t flush_subnormals(void) {
#if defined(__x86_64__)
  unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040);
  return before;
#elif defined(__aarch64__)
  uint64_t before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(before | (1u << 24)));
  return before;
#else
  return 0;
#endif
}

void restore_subnormals(uint64_t before) {
#if defined(__x86_64__)
  _mm_setcsr((unsigned)before);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(before));
#else
  (void)before;
#endif
}

void crew_barrier(Crew *crew, int threads) {
  if (threads == 1) return;
  uint64_t generation = atomic_load_explicit(&crew->generation, memory_order_acquire);
  if (atomic_fetch_add_explicit(&crew->arrived, 1, memory_order_acq_rel) == threads - 1) {
    atomic_store_explicit(&crew->arrived, 0, memory_order_relaxed);
    atomic_fetch_add_explicit(&crew->generation, 1, memory_order_release);
    return;
  }
  for (int looks = 0; atomic_load_explicit(&crew->generation, memory_order_acquire) == generation; looks++) {
    if (looks < LOOKS) PAUSE();
    else sched_yield();
  }
}

// Waits until `value` is another than `known` or there is an end to it.
static void await_change(Crew *crew, atomic_uint_fast64_t *value, uint64_t known, atomic_bool *end) {
  for (int looks = 0; looks < LOOKS + YIELDS; looks++) {
    if (atomic_load_explicit(value, memory_order_acquire) != known) return;
    if (looks < LOOKS) PAUSE();
    else sched_yield();
  }
  pthread_mutex_lock(&crew->lock);
  while (atomic_load_explicit(value, memory_order_acquire) == known && !atomic_load(end))
    pthread_cond_wait(&crew->changed, &crew->lock);
  pthread_mutex_unlock(&crew->lock);
}

static void announce(Crew *crew, atomic_uint_fast64_t *value) {
  pthread_mutex_lock(&crew->lock);
  atomic_fetch_add(value, 1);
  pthread_cond_broadcast(&crew->changed);
  pthread_mutex_unlock(&crew->lock);
}

static void end(Crew *crew, atomic_bool *which) {
  pthread_mutex_lock(&crew->lock);
  atomic_store(which, true);
  pthread_cond_broadcast(&crew->changed);
  pthread_mutex_unlock(&crew->lock);
}

typedef struct {
  Crew *crew;
  int thread;
} Member;

// The first thread takes jobs from the line and calls the others to those that are for all.
static void lead(Crew *crew) {
  for (uint64_t number = 0;; number++) {
    await_change(crew, &crew->added, number, &crew->ending);
    if (atomic_load_explicit(&crew->added, memory_order_acquire) == number) return;
    pthread_mutex_lock(&crew->lock);
    Job job = crew->line[number % LINE];
    pthread_mutex_unlock(&crew->lock);
    // What has not begun when the crew ends is left undone.
    bool left = atomic_load(&crew->ending);
    int threads = job.alone || left ? 1 : crew->threads;
    if (threads > 1) {
      crew->job = job;
      atomic_store(&crew->working, threads - 1);
      announce(crew, &crew->begun);
    }
    if (!left) job.run(job.subject, 0, threads, crew);
    for (int looks = 0; threads > 1 && atomic_load_explicit(&crew->working, memory_order_acquire) > 0; looks++) {
      if (looks < LOOKS) PAUSE();
      else sched_yield();
    }
    if (job.done) job.done(job.subject);
    announce(crew, &crew->done);
    if (!left) crew->finished(crew->context);
  }
}

static void follow(Crew *crew, int thread) {
  for (uint64_t number = 0;; number++) {
    await_change(crew, &crew->begun, number, &crew->ended);
    if (atomic_load_explicit(&crew->begun, memory_order_acquire) == number) return;
    crew->job.run(crew->job.subject, thread, crew->threads, crew);
    atomic_fetch_sub_explicit(&crew->working, 1, memory_order_release);
  }
}

static void *work(void *given) {
  Member member = *(Member *)given;
  free(given);
  flush_subnormals();
  if (member.thread == 0) lead(member.crew), end(member.crew, &member.crew->ended);
  else follow(member.crew, member.thread);
  return NULL;
}

Crew *crew_create(int threads, void (*finished)(void *), void *context) {
  Crew *crew = calloc(1, sizeof(Crew));
  if (crew == NULL) return NULL;
  crew->members = calloc((size_t)threads, sizeof(pthread_t));
  if (crew->members == NULL) {
    free(crew);
    return NULL;
  }
  crew->threads = threads;
  crew->finished = finished;
  crew->context = context;
  pthread_mutex_init(&crew->lock, NULL);
  pthread_cond_init(&crew->changed, NULL);
  return crew;
}

// Begins the threads; the first comes last, so that nobody works before all are there.
static bool begin(Crew *crew) {
  while (crew->running < crew->threads) {
    Member *member = malloc(sizeof(Member));
    if (member == NULL) return false;
    *member = (Member){crew, crew->threads - 1 - crew->running};
    if (pthread_create(&crew->members[crew->running], NULL, work, member) != 0) {
      free(member);
      return false;
    }
    crew->running++;
  }
  return true;
}

void crew_dispose(Crew *crew) {
  end(crew, &crew->ending);
  // The first thread is begun last, and may be missing.
  if (crew->running < crew->threads) end(crew, &crew->ended);
  for (int i = 0; i < crew->running; i++) pthread_join(crew->members[i], NULL);
  pthread_mutex_destroy(&crew->lock);
  pthread_cond_destroy(&crew->changed);
  free(crew->members);
  free(crew);
}

uint64_t crew_added(Crew *crew) { return atomic_load_explicit(&crew->added, memory_order_acquire); }
// In one order with who says that it waits, or a wake-up could be missed.
uint64_t crew_done(Crew *crew) { return atomic_load(&crew->done); }

bool crew_add(Crew *crew, Job job) {
  if (crew->running < crew->threads && !begin(crew)) return false;
  pthread_mutex_lock(&crew->lock);
  while (crew_added(crew) - crew_done(crew) >= LINE) pthread_cond_wait(&crew->changed, &crew->lock);
  crew->line[crew_added(crew) % LINE] = job;
  atomic_fetch_add_explicit(&crew->added, 1, memory_order_release);
  pthread_cond_broadcast(&crew->changed);
  pthread_mutex_unlock(&crew->lock);
  return true;
}

void crew_wait(Crew *crew) {
  if (crew_done(crew) == crew_added(crew)) return;
  pthread_mutex_lock(&crew->lock);
  while (crew_done(crew) != crew_added(crew)) pthread_cond_wait(&crew->changed, &crew->lock);
  pthread_mutex_unlock(&crew->lock);
}
