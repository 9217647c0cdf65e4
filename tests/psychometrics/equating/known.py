"""Published frequencies.

ACT mathematics, Forms X and Y, scores 0 to 40: Kolen & Brennan (2014), *Test Equating, Scaling, and
Linking*, ch. 2; the same counts are the data set ACTmKB of the R package SNSequate.
"""

from psychometrics.equating import ScoreFrequencies

ACT_X = [0, 1, 1, 3, 9, 18, 59, 67, 91, 144, 149, 192, 192, 192, 201, 204, 217, 181, 184, 170, 201]
ACT_X += [147, 163, 147, 140, 147, 126, 113, 100, 106, 107, 91, 83, 73, 72, 75, 50, 37, 38, 23, 15]
ACT_Y = [0, 1, 3, 13, 42, 59, 95, 131, 158, 161, 194, 164, 166, 197, 177, 158, 169, 132, 158, 151]
ACT_Y += [
    134,
    137,
    122,
    110,
    116,
    132,
    104,
    104,
    114,
    97,
    107,
    88,
    80,
    79,
    70,
    61,
    48,
    47,
    29,
    32,
    12,
]


def act_x():
    return ScoreFrequencies.from_counts(ACT_X)


def act_y():
    return ScoreFrequencies.from_counts(ACT_Y)
