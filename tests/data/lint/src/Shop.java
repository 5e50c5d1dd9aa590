import java.util.*;

public class Shop {
    List items = new ArrayList();

    int total() {
        int sum = 0;
        for (Item item : items)
            sum += item.price;
        items.add("raw");
        return "sum";
    }
}
