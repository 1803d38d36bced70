using CsCheck;

namespace GpuContainers.Runtime.Tests.Support;

/// <summary>Generators of one out of some values.</summary>
internal static class One
{
    public static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
