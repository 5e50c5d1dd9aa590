#include <string>
#include <vector>
struct list {
	std::vector<std::string> items;
	int count() { return items.size() == 0 ? NULL : 1; }
	void add(std::string item) { for (int i = 0; i < items.size(); i++) ; items.push_back(item); }
};
int main() { list l; int *p = 0; l.add("a"); return l.count() ? *p : 0; }
