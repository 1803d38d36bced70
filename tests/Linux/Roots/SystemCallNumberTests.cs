using GpuContainers.Linux.SystemCalls;

namespace GpuContainers.Linux.Tests.Roots;

/// <summary>Calls that the C library of old distributions has no names for.</summary>
public sealed class SystemCallNumberTests
{
    // The same on x86-64 and 64-bit ARM.
    [Fact]
    [Requirement("HK-47")]
    public void The_numbers_are_those_of_the_kernel() => Assert.Equal(
        [428, 429, 430, 431, 432, 436, 437, 442, 457, 458],
        new[] { Libc.CallOpenTree, Libc.CallMoveMount, Libc.CallFsOpen, Libc.CallFsConfig, Libc.CallFsMount, Libc.CallCloseRange, Libc.CallOpenAt2,
            Libc.CallMountSetAttributes, Libc.CallStatMount, Libc.CallListMount });
}
