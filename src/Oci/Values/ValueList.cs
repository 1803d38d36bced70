using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using GpuContainers.Linux;

namespace GpuContainers.Oci.Values;

/// <summary>
/// A list that nobody can change and that equals every other with equal items in the same order: what records hold behind
/// <see cref="IReadOnlyList{T}"/>, so that the equality which the compiler writes for them is by content.
/// </summary>
internal sealed class ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    internal static readonly ValueList<T> Empty = new([]);

    private readonly T[] _items;

    private ValueList(T[] items) => _items = items;

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    /// <summary>A copy, except of what cannot change anyway.</summary>
    /// <param name="items">The caller's list.</param>
    /// <param name="name">What a null list or item is called in the exception: the property that is being set.</param>
    internal static ValueList<T> From(IReadOnlyList<T> items, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(items, name);
        if (items is ValueList<T> same)
            return same;
        ReadOnlySpan<T> given = Items(items);
        if (given.IsEmpty)
            return Empty;
        T[] copy = given.ToArray();
        for (int i = 0; i < copy.Length; i++)
        {
            if (copy[i] is null)
                throw new ArgumentNullException($"{name}[{i}]");
        }
        return new ValueList<T>(copy);
    }

    /// <summary>As <see cref="ReadOnlyListExtensions.Items"/>, without a copy of what records hold.</summary>
    internal static ReadOnlySpan<T> Items(IReadOnlyList<T> items) => items is ValueList<T> own ? own._items : items.Items();

    /// <summary>A list of an array that its maker gives up.</summary>
    internal static ValueList<T> Adopt(T[] items) => items.Length == 0 ? Empty : new ValueList<T>(items);

    /// <summary>The items of both in this order.</summary>
    internal static ValueList<T> Concatenate(IReadOnlyList<T> first, IReadOnlyList<T> second)
    {
        ValueList<T> head = From(first);
        ValueList<T> tail = From(second);
        if (tail.Count == 0)
            return head;
        return head.Count == 0 ? tail : new ValueList<T>([.. head._items, .. tail._items]);
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(ValueList<T>? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || other._items.Length != _items.Length)
            return false;
        for (int i = 0; i < _items.Length; i++)
        {
            if (!EqualityComparer<T>.Default.Equals(_items[i], other._items[i]))
                return false;
        }
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    // Length and both ends tell lists apart well enough; hashing every option of every mount would cost the start of a container.
    public override int GetHashCode() => _items.Length == 0 ? 0 : HashCode.Combine(_items.Length, _items[0], _items[^1]);

    public override string ToString() => $"[{string.Join(", ", _items)}]";
}

/// <summary>Checks what is put into a record.</summary>
internal static class Argument
{
    /// <summary>The value, which must not be null; the exception names the property that is being set.</summary>
    internal static T NotNull<T>([NotNull] T? value, [CallerMemberName] string name = "") where T : class
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }
}
