namespace GpuContainers.Linux;

/// <summary>Ways through lists.</summary>
public static class ReadOnlyListExtensions
{
    /// <summary>
    /// The items as they lie in memory, good as long as the list does not change. The first call of each method of an interface, by each caller and for each
    /// type behind it, has to be looked up; in a program that lives for milliseconds the four calls of a loop take longer than what they do.
    /// </summary>
    /// <param name="list">An array, a <see cref="List{T}"/>, or any other list, which is copied.</param>
    public static ReadOnlySpan<T> Items<T>(this IReadOnlyList<T> list) => list switch
    {
        // Not by way of Span, which refuses an array of a derived type.
        T[] array => new ReadOnlySpan<T>(array),
        List<T> items => CollectionsMarshal.AsSpan(items),
        _ => list.ToArray(),
    };
}
