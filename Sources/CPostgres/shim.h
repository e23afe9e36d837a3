#include <dlfcn.h>
// By its whole path: its folder is not one that the compiler looks into by itself.
#include <postgresql/libpq-fe.h>
#include <stdbool.h>

// What is used of the library. It is not linked: with it some twenty others are loaded, which costs each start of the
// program milliseconds, and most never speak to a PostgreSQL. Who calls a function past this gets no program linked.
#define LIBPQ_FUNCTIONS(EACH) \
    EACH(PQclear) EACH(PQcmdStatus) EACH(PQcmdTuples) EACH(PQconnectdbParams) EACH(PQconnectionUsedPassword) \
    EACH(PQconninfoFree) EACH(PQconninfoParse) EACH(PQconsumeInput) EACH(PQdb) EACH(PQenterPipelineMode) \
    EACH(PQerrorMessage) EACH(PQexitPipelineMode) EACH(PQfinish) EACH(PQflush) EACH(PQfname) EACH(PQftype) \
    EACH(PQgetResult) EACH(PQgetisnull) EACH(PQgetlength) EACH(PQgetvalue) EACH(PQhost) EACH(PQisBusy) \
    EACH(PQnfields) EACH(PQntuples) EACH(PQpipelineSync) EACH(PQport) EACH(PQresultErrorField) \
    EACH(PQresultErrorMessage) EACH(PQresultStatus) EACH(PQsendQuery) EACH(PQsendQueryParams) EACH(PQserverVersion) \
    EACH(PQsetNoticeProcessor) EACH(PQsetnonblocking) EACH(PQsocket) EACH(PQstatus)

// Each function with the type that the library's header gives it.
struct libpq {
#define FIELD(NAME) __typeof__(NAME) *NAME;
    LIBPQ_FUNCTIONS(FIELD)
#undef FIELD
};

// Loads the library and finds all of its functions; what is missing is in `dlerror`. The library stays loaded.
static inline bool load_libpq(const char *file, struct libpq *functions) {
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return false;
#define FIND(NAME) \
    if ((functions->NAME = (__typeof__(NAME) *)dlsym(library, #NAME)) == NULL) return false;
    LIBPQ_FUNCTIONS(FIND)
#undef FIND
    return true;
}
