namespace GpuContainers.Linux.Tests;

public sealed class ReadOnlyListExtensionsTests
{
    [Fact]
    public void The_items_of_arrays_and_lists_are_their_own_and_those_of_others_a_copy()
    {
        string[] array = ["a", "b"];
        List<string> list = ["a", "b"];
        IReadOnlyList<string> other = new Queue<string>(array).ToArray().AsReadOnly();
        Assert.Equal(array, array.Items());
        Assert.Equal(array, list.Items());
        Assert.Equal(array, other.Items());
        array[0] = list[0] = "c";
        Assert.Equal("c", ((IReadOnlyList<string>)array).Items()[0]);
        Assert.Equal("c", ((IReadOnlyList<string>)list).Items()[0]);
    }

    [Fact]
    public void A_list_whose_items_are_of_a_derived_type_may_be_read_as_one_of_their_base()
    {
        IReadOnlyList<object> texts = (string[])["a"];
        Assert.Equal("a", Assert.Single(texts.Items().ToArray()));
    }
}
